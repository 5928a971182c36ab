package dev.assayer.trial;

import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.samples.SignedRepository;
import dev.assayer.time.Deadline;
import java.util.Optional;

/**
 * A Notary server in memory.
 *
 * @param host as configured
 * @param repository all that it has
 */
record StubUpstream(String host, Optional<SignedRepository> repository) implements Upstream {
  @Override
  public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
    return repository
        .flatMap(found -> found.served(fetch.path()))
        .<FetchResult>map(FetchResult.Body::new)
        .orElseGet(FetchResult.NotFound::new);
  }

  @Override
  public void close() {}
}
