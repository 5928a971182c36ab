package dev.assayer.cluster;

import dev.assayer.state.SharedStore.Change;
import dev.assayer.state.SingleFlight;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One ConfigMap with texts of one family. Readers at the same time share one call. Changes that
 * come while another is under way wait in a queue and are sent together, as one patch that counts
 * only for the version that was read; nobody waits longer than their patience. Safe for concurrent
 * use.
 */
final class ConfigMapShard {
  /** How old a copy may be that serves facts. */
  private static final Duration RECENT = Duration.ofSeconds(1);

  /** The longest for one call to the API server. */
  private static final Duration CALL = Duration.ofSeconds(3);

  /** From here on it is cheaper to ask first whether anything has changed. */
  private static final long LARGE = 32 << 10;

  /** More changes than this do not wait. */
  private static final int MOST_WAITING = 2000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final int MOST_PAUSES = 40;
  private static final String HELD_BACK =
      "writes are held back, for etcd keeps each version of a ConfigMap for minutes";

  private final KubeApi api;
  private final Optional<String> namespace;
  private final String name;
  private final ShardKind kind;
  private final WriteBudget budget;
  private final InstantSource clock;
  private final SingleFlight<Long, Long, Fetched> reads = new SingleFlight<>();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicReference<Optional<Seen>> seen = new AtomicReference<>(Optional.empty());
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private boolean writing;
  private volatile String busy = "";

  /** What came of reading. */
  sealed interface Fetched {
    record Content(ShardContent content) implements Fetched {}

    record Failed(String why) implements Fetched {}
  }

  private record Seen(ShardContent content, long atNanos) {}

  private record Waiting(ShardEdits.Edit edit, CompletableFuture<Change> result, long endNanos) {
    boolean isWanted() {
      return !result.isDone();
    }
  }

  ConfigMapShard(
      KubeApi api,
      ClusterSettings settings,
      ShardKind kind,
      int number,
      WriteBudget budget,
      InstantSource clock) {
    this.api = api;
    namespace = Optional.of(settings.namespace());
    name = settings.shard(kind, number);
    this.kind = kind;
    this.budget = budget;
    this.clock = clock;
  }

  /** What is there; facts as they were up to a second ago. */
  Fetched read(Duration patience) {
    Optional<Seen> last = seen.get();
    if (kind == ShardKind.FACTS
        && last.isPresent()
        && System.nanoTime() - last.get().atNanos() < RECENT.toNanos()) {
      return new Fetched.Content(last.get().content());
    }
    // Who reads after a write of ours does not join a call from before it.
    CompletableFuture<Fetched> flight = reads.join(writes.get(), () -> 0L, _ -> load()).result();
    try {
      return flight.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      return new Fetched.Failed(
          "no answer about " + name + " within " + patience.toMillis() + " ms");
    } catch (ExecutionException failed) {
      return new Fetched.Failed(name + " could not be read: " + failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Fetched.Failed("the process ends");
    }
  }

  /** Reads as it is now. A large one that has not changed is not sent again. */
  private Fetched load() {
    KubeApi patient = api.patient(CALL);
    Optional<Seen> known = seen.get();
    if (known.isPresent() && known.get().content().bytes() > LARGE) {
      KubeAnswer head = patient.terse().get(Resource.CONFIG_MAP, namespace, name);
      if (!(head instanceof KubeAnswer.Found(var metadata))) {
        return failed(head);
      }
      if (ShardContent.version(metadata).equals(known.get().content().version())) {
        return remembered(known, known.get().content());
      }
    }
    KubeAnswer answer = patient.get(Resource.CONFIG_MAP, namespace, name);
    if (!(answer instanceof KubeAnswer.Found(var map))) {
      return failed(answer);
    }
    return ShardContent.of(map)
        .map(content -> remembered(known, content))
        .orElseGet(() -> new Fetched.Failed(name + " came without a version"));
  }

  private Fetched remembered(Optional<Seen> before, ShardContent content) {
    // Not if a write has been faster: what it left is newer.
    seen.compareAndSet(before, Optional.of(new Seen(content, System.nanoTime())));
    return new Fetched.Content(content);
  }

  private Fetched.Failed failed(KubeAnswer answer) {
    return new Fetched.Failed(
        answer instanceof KubeAnswer.Absent
            ? "there is no ConfigMap " + name + "; helm upgrade makes it again"
            : answer.detail());
  }

  /** Makes a change, together with others. */
  Change change(ShardEdits.Edit edit, Duration patience) {
    Waiting mine =
        new Waiting(edit, new CompletableFuture<>(), System.nanoTime() + patience.toNanos());
    synchronized (queue) {
      if (queue.size() >= MOST_WAITING) {
        return new Change.Refused(MOST_WAITING + " changes wait already for " + name);
      }
      queue.add(mine);
      if (!writing) {
        writing = true;
        Thread.ofVirtual().name(name).start(this::write);
      }
    }
    try {
      return mine.result().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      // If it has not been sent yet, it will not be.
      String held = busy;
      Change late =
          held.isEmpty()
              ? new Change.Unavailable(
                  name + " was not written within " + patience.toMillis() + " ms")
              : new Change.Refused(name + ": " + held);
      mine.result().complete(late);
      return mine.result().getNow(late);
    } catch (ExecutionException failed) {
      return new Change.Unavailable(name + " could not be written: " + failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Change.Unavailable("the process ends");
    }
  }

  /** Until nobody waits. */
  private void write() {
    while (true) {
      pace();
      List<Waiting> batch;
      synchronized (queue) {
        batch = new ArrayList<>(queue);
        queue.clear();
        if (batch.isEmpty()) {
          writing = false;
          return;
        }
      }
      try {
        commit(batch);
      } catch (RuntimeException | Error unexpected) {
        fail(batch, "writing " + name + " failed: " + unexpected);
      }
    }
  }

  /** Whoever comes meanwhile goes into the same patch. */
  private void pace() {
    Duration delay = budget.delay();
    while (!delay.isZero() && isWaitedFor()) {
      busy = HELD_BACK;
      pause(delay.compareTo(Duration.ofMillis(50)) < 0 ? delay : Duration.ofMillis(50));
      delay = budget.delay();
    }
    busy = "";
  }

  private boolean isWaitedFor() {
    synchronized (queue) {
      queue.removeIf(waiting -> !waiting.isWanted());
      return !queue.isEmpty();
    }
  }

  private void commit(List<Waiting> batch) {
    for (int attempt = 0; ; attempt++) {
      List<Waiting> wanted = batch.stream().filter(Waiting::isWanted).toList();
      if (wanted.isEmpty()) {
        return;
      }
      // The copy that we have is good enough to try: a patch of an old version is refused.
      if (attempt == 0 && seen.get().isPresent()) {
        if (tried(wanted, seen.get().get().content(), false)) {
          return;
        }
        continue;
      }
      Fetched now = load();
      if (now instanceof Fetched.Failed(String why)) {
        fail(wanted, why);
        return;
      }
      if (now instanceof Fetched.Content(ShardContent content) && tried(wanted, content, true)) {
        return;
      }
      pause(
          FIRST_PAUSE.multipliedBy(
              ThreadLocalRandom.current().nextInt(1, 2 + Math.min(attempt, MOST_PAUSES))));
    }
  }

  /**
   * Sends all as one patch of that version.
   *
   * @param fresh whether it has just been read; else only a patch that changes something shows that
   *     it still is the version
   * @return false if it has to be read again
   */
  private boolean tried(List<Waiting> wanted, ShardContent base, boolean fresh) {
    ShardEdits edits = new ShardEdits(base, kind, clock.instant());
    List<Change> outcomes = wanted.stream().map(waiting -> edits.apply(waiting.edit())).toList();
    boolean all = outcomes.stream().allMatch(Change.Done.class::isInstance);
    boolean none = outcomes.stream().noneMatch(Change.Done.class::isInstance);
    if (!fresh && (!all || edits.isEmpty())) {
      return false;
    }
    if (none || edits.isEmpty()) {
      complete(wanted, outcomes);
      return true;
    }
    budget.spend(edits.bytes());
    Optional<Seen> before = seen.get();
    KubeAnswer answer =
        api.patient(patience(wanted))
            .terse()
            .merge(Resource.CONFIG_MAP, namespace, name, edits.patch());
    writes.incrementAndGet();
    return switch (answer) {
      case KubeAnswer.Found(var metadata) -> {
        String version = ShardContent.version(metadata);
        seen.set(
            version.isEmpty()
                ? Optional.empty()
                : Optional.of(new Seen(edits.after(version), System.nanoTime())));
        complete(wanted, outcomes);
        yield true;
      }
      case KubeAnswer.Conflict _ -> {
        seen.compareAndSet(before, Optional.empty());
        yield false;
      }
      default -> {
        seen.set(Optional.empty());
        fail(wanted, failed(answer).why());
        yield true;
      }
    };
  }

  /** As long as the most patient one waits, but no longer than one call may take. */
  private static Duration patience(List<Waiting> wanted) {
    long end =
        wanted.stream()
            .mapToLong(waiting -> waiting.endNanos() - System.nanoTime())
            .max()
            .orElse(0);
    return Duration.ofNanos(Math.clamp(end, Duration.ofMillis(1).toNanos(), CALL.toNanos()));
  }

  private static void complete(List<Waiting> wanted, List<Change> outcomes) {
    for (int i = 0; i < wanted.size(); i++) {
      wanted.get(i).result().complete(outcomes.get(i));
    }
  }

  private static void fail(List<Waiting> wanted, String why) {
    wanted.forEach(waiting -> waiting.result().complete(new Change.Unavailable(why)));
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException nobodyInterruptsThis) {
      Thread.currentThread().interrupt();
    }
  }
}
