package dev.assayer.server;

import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.samples.SignedRepository;
import dev.assayer.time.Deadline;

/** A Notary server without a network, which has one repository. */
final class SampleUpstream implements Upstream {
  private final String host;
  private final SignedRepository repository;

  SampleUpstream(String host, SignedRepository repository) {
    this.host = host;
    this.repository = repository;
  }

  @Override
  public String host() {
    return host;
  }

  @Override
  public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
    return repository
        .served(fetch.path())
        .<FetchResult>map(FetchResult.Body::new)
        .orElseGet(FetchResult.NotFound::new);
  }

  @Override
  public void close() {}
}
