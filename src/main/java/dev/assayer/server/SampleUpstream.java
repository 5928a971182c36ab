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
  private final String prefix;

  SampleUpstream(String host, SignedRepository repository) {
    this.host = host;
    this.repository = repository;
    prefix = "/v2/" + repository.gun() + "/_trust/tuf/";
  }

  @Override
  public String host() {
    return host;
  }

  @Override
  public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
    if (!fetch.path().startsWith(prefix)) {
      return new FetchResult.NotFound();
    }
    return repository
        .file(fetch.path().substring(prefix.length()))
        .<FetchResult>map(FetchResult.Body::new)
        .orElseGet(FetchResult.NotFound::new);
  }

  @Override
  public void close() {}
}
