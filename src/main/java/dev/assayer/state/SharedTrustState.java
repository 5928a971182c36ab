package dev.assayer.state;

import dev.assayer.state.SharedStore.Answer;
import dev.assayer.state.SharedStore.Change;
import dev.assayer.state.StateObserver.Read;
import dev.assayer.state.StateObserver.Write;
import dev.assayer.time.Deadline;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Trust state that replicas share. The effective memory is own and shared memory joined, so that
 * whatever becomes of the shared one, nothing is accepted that own memory refuses, unless somebody
 * with the key had it forgotten. What cannot be written now is written behind; what the store has
 * lost is put back from own memory.
 */
final class SharedTrustState implements TrustState {
  private static final System.Logger LOGGER = System.getLogger(SharedTrustState.class.getName());
  private static final String KIND = "trust";
  private static final int ATTEMPTS = 8;

  /** Until then it does not matter that others know an earlier time of the last verification. */
  private static final Duration VERIFIED_STEP = Duration.ofHours(1);

  /** For {@link #recall}, and again for {@link #replace}. */
  static final Duration PATIENCE = Duration.ofMillis(250);

  /**
   * What the store had.
   *
   * @param text as it stood there, what was not sealed by us included
   */
  private record Seen(Optional<String> text, TrustEntry entry) {}

  private final PatientStore store;
  private final Seal seal;
  private final InstantSource clock;
  private final StateObserver observer;
  private final Rarely rarely;
  private final WriteBehind behind;
  private final ConcurrentHashMap<String, TrustEntry> own = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Seen> seen = new ConcurrentHashMap<>();

  SharedTrustState(
      PatientStore store,
      Seal seal,
      InstantSource clock,
      StateObserver observer,
      Rarely rarely,
      WriteBehind behind) {
    this.store = store;
    this.seal = seal;
    this.clock = clock;
    this.observer = observer;
    this.rarely = rarely;
    this.behind = behind;
  }

  private static String name(String repository) {
    return StoreName.of(KIND, repository);
  }

  @Override
  public RepositoryMemory recall(String repository) {
    Optional<Seen> there = look(repository, PATIENCE);
    there.ifPresent(found -> {
      var _ = adopt(repository, found.entry());
      if (worthWriting(repository, found)) {
        behind.add(name(repository), () -> settle(repository));
      }
    });
    return held(repository).memory();
  }

  @Override
  public boolean replace(String repository, RepositoryMemory expected, RepositoryMemory next) {
    TrustEntry before = held(repository);
    if (!before.memory().equals(expected) || !swapOwn(repository, before, before.with(next))) {
      return false;
    }
    return share(repository, Deadline.after(PATIENCE));
  }

  @Override
  public List<String> repositories() {
    return own.entrySet().stream()
        .filter(entry -> !entry.getValue().memory().isNew())
        .map(entry -> entry.getKey())
        .sorted()
        .toList();
  }

  private TrustEntry held(String repository) {
    return own.getOrDefault(repository, TrustEntry.NONE);
  }

  private boolean swapOwn(String repository, TrustEntry before, TrustEntry after) {
    return before.equals(TrustEntry.NONE)
        ? own.putIfAbsent(repository, after) == null
        : own.replace(repository, before, after);
  }

  /** Takes over what another replica knew; whether it binds later verifications further. */
  private boolean adopt(String repository, TrustEntry found) {
    while (true) {
      TrustEntry before = held(repository);
      TrustEntry.Outcome outcome = before.with(found);
      if (outcome.entry().equals(before) || swapOwn(repository, before, outcome.entry())) {
        conflicts(repository, outcome.conflicts());
        if (found.epoch() > before.epoch() && !before.memory().isNew()) {
          forgot(repository, found);
        }
        return !outcome.entry().bindsLike(before);
      }
    }
  }

  private void conflicts(String repository, Set<String> roles) {
    if (!roles.isEmpty()) {
      observer.equivocation();
      rarely.log(
          Level.ERROR,
          "equivocation",
          "replicas saw other content under one version of "
              + String.join(" and ", roles)
              + " of "
              + repository
              + "; each refuses what the other saw");
    }
  }

  private static void forgot(String repository, TrustEntry found) {
    LOGGER.log(
        Level.WARNING,
        "the rollback marks of {0} were dropped: {1}",
        repository,
        found
            .forgotten()
            .map(why -> "by " + why.by() + " at " + why.at() + ", reason: " + why.reason())
            .orElse("no reason is on record"));
  }

  /** What the store has; empty if nobody said. */
  private Optional<Seen> look(String repository, Duration patience) {
    Optional<Seen> found =
        switch (store.read(name(repository), patience)) {
          case Answer.Unavailable _ -> {
            observer.read(Read.ERROR);
            yield Optional.empty();
          }
          case Answer.Missing() -> {
            observer.read(Read.MISS);
            yield Optional.of(new Seen(Optional.empty(), TrustEntry.NONE));
          }
          case Answer.Found(String text) -> Optional.of(opened(repository, text));
        };
    found.ifPresentOrElse(now -> seen.put(repository, now), () -> seen.remove(repository));
    return found;
  }

  private Seen opened(String repository, String text) {
    Seen before = seen.get(repository);
    if (before != null
        && before.text().equals(Optional.of(text))
        && !before.entry().equals(TrustEntry.NONE)) {
      observer.read(Read.HIT);
      return before;
    }
    if (seal.open(KIND, name(repository), text, clock.instant())
        instanceof Seal.Opened.Holds(String content, Instant _)) {
      Optional<TrustEntry> entry = TrustText.read(content);
      observer.read(entry.isPresent() ? Read.HIT : Read.MISS);
      return new Seen(Optional.of(text), entry.orElse(TrustEntry.NONE));
    }
    observer.read(Read.INTEGRITY_FAILURE);
    rarely.broken();
    return new Seen(Optional.of(text), TrustEntry.NONE);
  }

  /**
   * What should stand in the store: own memory, which has taken in what stood there; but where the
   * two are in conflict, the first one's mark stays, so that the conflict does.
   */
  private TrustEntry target(String repository, Seen there) {
    TrustEntry mine = held(repository);
    TrustEntry.Outcome theirs = there.entry().with(mine);
    return theirs.conflicts().isEmpty() ? mine : theirs.entry();
  }

  private boolean worthWriting(String repository, Seen there) {
    TrustEntry target = target(repository, there);
    TrustEntry stands = there.entry();
    if (target.equals(TrustEntry.NONE) || target.equals(stands)) {
      return false;
    }
    RepositoryMemory next = target.memory();
    RepositoryMemory last = stands.memory();
    return !target.bindsLike(stands)
        || !last.signers().isEmpty() && !last.signers().containsAll(next.signers())
        || last.root().isPresent() && !next.root().equals(last.root())
        || last.verifiedAt().isEmpty() && next.verifiedAt().isPresent()
        || next.verifiedAt()
            .filter(when -> when.isAfter(last.verifiedAt().orElse(when).plus(VERIFIED_STEP)))
            .isPresent();
  }

  /** Writes own memory within the time there is; false if another replica knew more. */
  private boolean share(String repository, Deadline deadline) {
    for (int attempt = 0; attempt < ATTEMPTS && !deadline.expired(); attempt++) {
      Optional<Seen> there = Optional.ofNullable(seen.get(repository));
      if (there.isEmpty()) {
        there = look(repository, deadline.remaining());
        if (there.isEmpty()) {
          break;
        }
        if (adopt(repository, there.get().entry())) {
          return false;
        }
      }
      switch (write(repository, there.get(), deadline.remaining())) {
        case Change.Done() -> {
          return true;
        }
        case Change.Overtaken() -> seen.remove(repository);
        case Change.Refused(String why) -> {
          refused(why);
          attempt = ATTEMPTS;
        }
        case Change.Unavailable _ -> {
          seen.remove(repository);
          attempt = ATTEMPTS;
        }
      }
    }
    observer.written(Write.DEFERRED);
    behind.add(name(repository), () -> settle(repository));
    return true;
  }

  /** Brings the store to where own memory is, behind; false to be tried again. */
  private boolean settle(String repository) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Seen> there = look(repository, PATIENCE);
      if (there.isEmpty()) {
        return false;
      }
      var _ = adopt(repository, there.get().entry());
      switch (write(repository, there.get(), PATIENCE)) {
        case Change.Done() -> {
          return true;
        }
        case Change.Overtaken() -> {
          // once more
        }
        case Change.Refused(String why) -> {
          refused(why);
          return false;
        }
        case Change.Unavailable _ -> {
          return false;
        }
      }
    }
    return false;
  }

  private void refused(String why) {
    rarely.log(
        Level.WARNING, "refused", "a mark is not shared yet, the store does not take it: " + why);
  }

  private Change write(String repository, Seen there, Duration patience) {
    if (!worthWriting(repository, there)) {
      return new Change.Done();
    }
    TrustEntry target = target(repository, there);
    Optional<String> content = TrustText.of(target);
    if (content.isEmpty()) {
      observer.written(Write.DROPPED);
      return new Change.Done();
    }
    String name = name(repository);
    String text = seal.seal(KIND, name, content.get(), Instant.MAX);
    Change change = store.swap(name, there.text(), text, Instant.MAX, patience);
    if (change instanceof Change.Done) {
      observer.written(Write.WRITTEN);
      seen.put(repository, new Seen(Optional.of(text), target));
    }
    return change;
  }

  /** See {@link SharedState#forget}. */
  Forgetting forget(String repository, String reason, String by, Duration patience) {
    Deadline deadline = Deadline.after(patience);
    String why = "it was changed too often";
    while (!deadline.expired()) {
      String name = name(repository);
      Answer there = store.ask(name, deadline.remaining());
      if (there instanceof Answer.Unavailable(String unread)) {
        return new Forgetting.Unavailable(unread);
      }
      Seen found =
          there instanceof Answer.Found(String text)
              ? opened(repository, text)
              : new Seen(Optional.empty(), TrustEntry.NONE);
      Instant now = clock.instant();
      long epoch = Math.max(now.toEpochMilli(), found.entry().epoch() + 1);
      TrustEntry tombstone =
          new TrustEntry(
              epoch, Optional.of(new TrustEntry.Forgotten(reason, by, now)), RepositoryMemory.NONE);
      String text = seal.seal(KIND, name, TrustText.of(tombstone).orElseThrow(), Instant.MAX);
      switch (store.insist(name, found.text(), text, Instant.MAX, deadline.remaining())) {
        case Change.Done() -> {
          var _ = adopt(repository, tombstone);
          seen.remove(repository);
          return new Forgetting.Done(found.entry().memory().marks());
        }
        case Change.Overtaken() -> {
          // once more
        }
        case Change.Refused(String full) -> {
          return new Forgetting.Unavailable(full);
        }
        case Change.Unavailable(String unwritten) -> {
          return new Forgetting.Unavailable(unwritten);
        }
      }
    }
    return new Forgetting.Unavailable(why);
  }
}
