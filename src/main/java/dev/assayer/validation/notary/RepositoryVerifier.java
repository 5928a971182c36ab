package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.Verdict;
import dev.assayer.remote.Upstream;
import dev.assayer.state.BoundedMemory;
import dev.assayer.state.ContentKey;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.state.SingleFlight;
import dev.assayer.state.TrustState;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The current verified metadata of a repository. Within {@code timestampMaxAge} it comes from
 * memory; after that one GET of timestamp.json tells whether anything changed; only what changed is
 * fetched and verified. Marks advance only after a whole chain was verified.
 */
final class RepositoryVerifier {
  /** Attempts to advance the marks while other verifications do the same. */
  private static final int MAX_ATTEMPTS = 16;

  /** With less time than this left nobody tries again after an outage in a joined attempt. */
  private static final Duration LEAST_TO_TRY = Duration.ofMillis(250);

  /**
   * What is asked for.
   *
   * @param gun the repository
   * @param pins fingerprint of the pinned keys
   * @param delegations full names of the delegations to load
   * @param at instant of judgement if it is not now, so that two instants never share an answer
   * @param dryRun true if the answer leaves nothing behind: no marks, no remembered repository.
   *     Such an attempt is shared with its like alone, else a verification that counts would miss
   *     its marks
   */
  record Query(
      String gun, String pins, List<String> delegations, Optional<Instant> at, boolean dryRun) {

    /** The same of a verification that counts: what is remembered was verified by one. */
    Query counting() {
      return new Query(gun, pins, delegations, at, false);
    }
  }

  /**
   * The answer.
   *
   * @param age of its timestamp; empty if that was fetched for this question
   */
  record Current(TrustedRepository trusted, Optional<Duration> age) {}

  private sealed interface Answer {
    record Trusted(TrustedRepository trusted) implements Answer {}

    record Failed(TrustException failure) implements Answer {}
  }

  private final Upstream upstream;
  private final TrustState state;
  private final Signatures signatures;
  private final boolean allowUnbound;
  private final Duration timestampMaxAge;
  private final BoundedMemory<ContentKey, Verified<?>> contents;
  private final BoundedMemory<Query, TrustedRepository> repositories;
  private final SingleFlight<Query, StageLog, Answer> flights = new SingleFlight<>();

  RepositoryVerifier(
      Upstream upstream,
      TrustState state,
      Signatures signatures,
      boolean allowUnbound,
      NotaryOptions options) {
    this.upstream = upstream;
    this.state = state;
    this.signatures = signatures;
    this.allowUnbound = allowUnbound;
    this.timestampMaxAge = options.timestampMaxAge();
    this.contents = new BoundedMemory<>(options.memoryBytes());
    this.repositories = new BoundedMemory<>(options.memoryBytes());
  }

  /** The repository's trust data as of {@code at}, verified. */
  Current current(Query query, List<Pin> pins, Instant at, StageLog stages, Deadline deadline)
      throws TrustException {
    Optional<Current> remembered = remembered(query, stages);
    if (remembered.isPresent()) {
      current(remembered.get().trusted(), at);
      return remembered.get();
    }
    long asked = System.nanoTime();
    boolean again = false;
    while (true) {
      var flight =
          flights.join(query, () -> stages, own -> refresh(query, pins, at, own, deadline));
      boolean mine = flight.context() == stages;
      Answer answer =
          mine ? await(flight.result(), deadline) : share(flight.result(), stages, deadline);
      switch (answer) {
        case Answer.Trusted(TrustedRepository trusted) -> {
          if (mine || asked - trusted.fetchedNanos() <= timestampMaxAge.toNanos()) {
            current(trusted, at);
            return new Current(trusted, Optional.empty());
          }
          // It had asked for its timestamp before we were asked, longer ago than may be.
        }
        case Answer.Failed(TrustException failure) -> {
          if (mine) {
            throw failure;
          }
          // Another request's deadline may have ended the shared attempt; ours is still open.
          if (failure.reason().verdict() != Verdict.TIMEOUT || deadline.expired()) {
            // After an outage once more: who comes first starts it, and the others join.
            if (again || !failure.outage() || deadline.remaining().compareTo(LEAST_TO_TRY) < 0) {
              throw failure.joined(Duration.ofNanos(System.nanoTime() - asked));
            }
            again = true;
          }
        }
      }
    }
  }

  private static void current(TrustedRepository trusted, Instant at) throws TrustException {
    try {
      trusted.checkExpiry(at);
    } catch (TrustException expired) {
      throw expired.after(trusted.verified());
    }
  }

  /** What is remembered and still fresh enough. */
  private Optional<Current> remembered(Query query, StageLog stages) {
    try (StageLog.Span span = stages.begin("memory")) {
      Optional<Current> fresh =
          repositories
              .get(query.counting())
              .map(known ->
                  new Current(
                      known,
                      Optional.of(Duration.ofNanos(System.nanoTime() - known.fetchedNanos()))))
              .filter(known -> known.age().orElseThrow().compareTo(timestampMaxAge) <= 0);
      span.note(fresh.isPresent() ? "hit" : "miss");
      return fresh;
    }
  }

  /** Waits for another request's attempt, and says so, should the wait outlast the deadline. */
  private Answer share(CompletableFuture<Answer> result, StageLog stages, Deadline deadline)
      throws TrustException {
    try (StageLog.Span span = stages.begin("trust data", upstream.host())) {
      span.note("shared");
      return await(result, deadline);
    }
  }

  private Answer await(CompletableFuture<Answer> result, Deadline deadline) throws TrustException {
    try {
      return result.get(deadline.remaining().plusMillis(200).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new TrustException(
          Reason.DEADLINE_EXCEEDED,
          "the trust data of " + upstream.host() + " was not verified within the deadline");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TrustException(Reason.DEADLINE_EXCEEDED, "the verification was interrupted");
    } catch (ExecutionException failure) {
      throw new IllegalStateException("verification failed", failure.getCause());
    }
  }

  private Answer refresh(
      Query query, List<Pin> pins, Instant at, StageLog stages, Deadline deadline) {
    try {
      return new Answer.Trusted(verify(query, pins, at, stages, deadline));
    } catch (TrustException failure) {
      return new Answer.Failed(failure);
    }
  }

  private TrustedRepository verify(
      Query query, List<Pin> pins, Instant at, StageLog stages, Deadline deadline)
      throws TrustException {
    RoleFiles files = new RoleFiles(upstream, query.gun(), stages, deadline);
    boolean older = false;
    Optional<TrustedRepository> known = repositories.get(query.counting());
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      RepositoryMemory memory = state.recall(key(query));
      try {
        TrustedRepository trusted = chain(query, pins, at, files, known, memory, stages);
        if (query.dryRun()) {
          return trusted;
        }
        RepositoryMemory next = Marks.advanced(memory, trusted, at);
        if (state.replace(key(query), memory, next)) {
          repositories.put(query, trusted, trusted.bytes());
          return trusted;
        }
        older = true;
      } catch (TrustException failure) {
        if (!older || failure.reason() != Reason.ROLLBACK) {
          throw failure;
        }
        // No rollback: our files are from before another verification advanced the marks.
        files = new RoleFiles(upstream, query.gun(), stages, deadline);
        older = false;
      }
    }
    throw new TrustException(
        Reason.INTERNAL_ERROR, "the marks of this repository change faster than they can be read");
  }

  private TrustedRepository chain(
      Query query,
      List<Pin> pins,
      Instant at,
      RoleFiles files,
      Optional<TrustedRepository> known,
      RepositoryMemory memory,
      StageLog stages)
      throws TrustException {
    RootVerifier roots = new RootVerifier(signatures, pins, allowUnbound, query.gun(), files);
    ChainVerifier chain = new ChainVerifier(signatures, roots, files, contents, memory, at, stages);
    long fetched = files.begunNanos();
    boolean contradicted = false;
    if (known.isPresent()) {
      try {
        return chain.warm(known.get().root(), query.delegations(), fetched);
      } catch (TrustException changed) {
        if (changed.reason().verdict() != Verdict.REJECTED) {
          throw changed.after(chain.seen());
        }
        contradicted = true;
      }
    }
    files.prefetch(prefetch(query));
    chain = new ChainVerifier(signatures, roots, files, contents, memory, at, stages);
    try {
      return chain.cold(query.delegations(), fetched);
    } catch (TrustException failure) {
      // Where the short way met a problem, silence on the long one is no mere outage.
      TrustException met =
          contradicted ? new TrustException(failure.reason(), failure.detail(), false) : failure;
      throw met.after(chain.seen());
    }
  }

  private static Set<String> prefetch(Query query) {
    Set<String> roles =
        new LinkedHashSet<>(List.of(Roles.TIMESTAMP, Roles.ROOT, Roles.SNAPSHOT, Roles.TARGETS));
    query.delegations().forEach(role -> roles.addAll(Roles.lineage(role)));
    return roles;
  }

  private String key(Query query) {
    return key(upstream.host(), query.gun());
  }

  /** Under what a repository is remembered. */
  static String key(String host, String gun) {
    return host + ' ' + gun;
  }
}
