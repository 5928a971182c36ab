package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Fetch;
import dev.assayer.remote.FetchResult;
import dev.assayer.remote.Upstream;
import dev.assayer.remote.UrlPath;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The metadata files of one repository during one verification. A file is fetched at most once;
 * prefetched files are fetched in parallel, before it is known whether the chain wants them.
 */
final class RoleFiles {
  /** Lets the upstream, which keeps the same deadline, speak first: it knows what it waited for. */
  private static final Duration GRACE = Duration.ofMillis(100);

  private final Upstream upstream;
  private final String gun;
  private final StageLog stages;
  private final Deadline deadline;
  private final long begunNanos = System.nanoTime();
  private final Map<String, CompletableFuture<FetchResult>> plain = new ConcurrentHashMap<>();

  RoleFiles(Upstream upstream, String gun, StageLog stages, Deadline deadline) {
    this.upstream = upstream;
    this.gun = gun;
    this.stages = stages;
    this.deadline = deadline;
  }

  /** Monotonic time before which none of these files was asked for. */
  long begunNanos() {
    return begunNanos;
  }

  /** Starts fetching the current file of each role. */
  void prefetch(Collection<String> roles) {
    for (String role : roles) {
      plain.computeIfAbsent(
          role,
          name -> {
            CompletableFuture<FetchResult> result = new CompletableFuture<>();
            Thread.ofVirtual()
                .name("fetch " + name)
                .start(() -> complete(result, name + ".json", name));
            return result;
          });
    }
  }

  /** The current file of a role, as the server names it. */
  FetchResult current(String role) {
    CompletableFuture<FetchResult> started = plain.get(role);
    if (started == null) {
      CompletableFuture<FetchResult> own = new CompletableFuture<>();
      plain.put(role, own);
      complete(own, role + ".json", role);
      started = own;
    }
    return await(started, role + ".json");
  }

  /** What became of the current file of a role, if it was asked for. */
  Optional<FetchResult> prefetched(String role) {
    CompletableFuture<FetchResult> started = plain.get(role);
    return started == null ? Optional.empty() : Optional.of(await(started, role + ".json"));
  }

  /** The file of a role by the hash that another file announced. */
  FetchResult addressed(String role, FileMeta meta) {
    return fetch(role + '.' + meta.sha256() + ".json", role);
  }

  /** A former root, by version. */
  FetchResult root(long version) {
    return fetch(version + "." + Roles.ROOT + ".json", Roles.ROOT);
  }

  private void complete(CompletableFuture<FetchResult> result, String file, String role) {
    try {
      result.complete(fetch(file, role));
    } catch (RuntimeException failure) {
      result.completeExceptionally(failure);
      throw failure;
    }
  }

  private FetchResult fetch(String file, String role) {
    return upstream.fetch(request(gun, file, role), stages, deadline);
  }

  /** The GET of a file of a repository. */
  static Fetch request(String gun, String file, String role) {
    List<String> segments = new ArrayList<>();
    segments.add("v2");
    segments.addAll(UrlPath.segments(gun));
    segments.addAll(List.of("_trust", "tuf"));
    segments.addAll(UrlPath.segments(file));
    String shown = file.length() > 80 ? role + ".<sha256>.json" : file;
    return new Fetch(
        UrlPath.of(segments), role, "GET " + shown, Roles.maxBytes(role), Optional.of(gun));
  }

  private FetchResult await(CompletableFuture<FetchResult> started, String what) {
    try {
      return started.get(deadline.remaining().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return new FetchResult.Failed(
          Reason.UPSTREAM_TIMEOUT,
          upstream.host() + " did not answer GET " + what + " within the deadline");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new FetchResult.Failed(
          Reason.DEADLINE_EXCEEDED, "the verification was interrupted during GET " + what);
    } catch (ExecutionException failure) {
      return new FetchResult.Failed(
          Reason.INTERNAL_ERROR, "GET " + what + " failed: " + failure.getCause());
    }
  }

  /** The bytes, or the failure as an exception with its own reason. */
  byte[] require(FetchResult result, Reason ifMissing, String missing) throws TrustException {
    return switch (result) {
      case FetchResult.Body(byte[] bytes) -> bytes;
      case FetchResult.NotFound() -> throw new TrustException(ifMissing, missing);
      case FetchResult.Failed(Reason reason, String detail, boolean outage) ->
          throw new TrustException(reason, detail, outage);
    };
  }
}
