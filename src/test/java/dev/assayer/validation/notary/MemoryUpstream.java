package dev.assayer.validation.notary;

import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.samples.SignedRepository;
import dev.assayer.time.Deadline;
import java.util.HashMap;
import java.util.Map;

/** A Notary without a network, for tests that ask thousands of times. */
final class MemoryUpstream implements Upstream {
  private final SignedRepository repository;
  private final Map<String, byte[]> instead = new HashMap<>();

  MemoryUpstream(SignedRepository repository) {
    this.repository = repository;
  }

  /** Serves these bytes for a role, by its name and by the address of what was published. */
  MemoryUpstream serving(String role, byte[] bytes) {
    byte[] published = repository.file(role + ".json").orElseThrow();
    instead.put(role + ".json", bytes);
    instead.put(NotaryRig.addressed(role, published), bytes);
    return this;
  }

  @Override
  public String host() {
    return "notary.invalid";
  }

  @Override
  public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
    String prefix = "/v2/" + repository.gun() + "/_trust/tuf/";
    if (!fetch.path().startsWith(prefix)) {
      return new FetchResult.NotFound();
    }
    String file = fetch.path().substring(prefix.length());
    byte[] bytes = instead.get(file);
    return bytes != null
        ? new FetchResult.Body(bytes)
        : repository
            .file(file)
            .<FetchResult>map(FetchResult.Body::new)
            .orElseGet(FetchResult.NotFound::new);
  }

  @Override
  public void close() {}
}
