package dev.assayer.state;

import static dev.assayer.state.SharedRig.KEY;
import static dev.assayer.state.SharedRig.NOW;
import static dev.assayer.state.SharedRig.logged;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.state.FakeStore.Mood;
import dev.assayer.state.StateObserver.Read;
import dev.assayer.state.StateObserver.Write;
import dev.assayer.testing.Await;
import dev.assayer.testing.LogCapture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas that share what they remember through a store that nobody trusts. */
class SharedStateTest {
  private static final String REPO = "notary.example.com registry.example.com/acme/app";
  private static final String NAME = "trust/notary.example.com%20registry.example.com/acme/app";

  /** A recall or a replacement, with what the scheduler of a busy machine may add. */
  private static final Duration BOUND = Duration.ofMillis(750);

  private final SharedRig rig = new SharedRig();
  private final FakeStore store = rig.store;
  private final SharedRig.Counts counts = rig.counts;

  private SharedState replica() {
    return rig.replica();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static RepositoryMemory seen(long version) {
    return seen(version, "content " + version);
  }

  private static RepositoryMemory seen(long version, String content) {
    return new RepositoryMemory(
        Optional.of("{\"root\":1}"),
        Map.of("root", new Mark(1, "r1"), "timestamp", new Mark(version, content)),
        Optional.of("online keys"),
        Set.of("root k1"),
        Optional.of(NOW));
  }

  private static void verified(SharedState by, RepositoryMemory next) {
    RepositoryMemory before = by.trust().recall(REPO);
    assertThat(by.trust().replace(REPO, before, next)).isTrue();
  }

  private static long timestamp(SharedState as) {
    Mark mark = as.trust().recall(REPO).marks().get("timestamp");
    return mark == null ? 0 : mark.version();
  }

  @Test
  @DisplayName("a rollback across replicas: what one saw binds the other at once")
  void whatOneSawBindsTheOther() {
    verified(replica(), seen(5));
    SharedState fresh = replica();
    assertThat(fresh.trust().recall(REPO)).isEqualTo(seen(5));
    assertThat(fresh.trust().repositories()).containsExactly(REPO);
    assertThat(counts.of(Read.HIT)).isEqualTo(1);
  }

  @Test
  @DisplayName("nothing is written as long as nothing but the time of verification changed")
  void anUnchangedRepositoryIsNotWrittenAgain() {
    SharedState one = replica();
    verified(one, seen(5));
    int before = store.writes.get();
    verified(one, seen(5).verifiedAt(Optional.of(NOW.plusSeconds(60))));
    assertThat(store.writes).hasValue(before);
    verified(one, seen(5).verifiedAt(Optional.of(NOW.plus(Duration.ofHours(2)))));
    assertThat(store.writes).hasValue(before + 1);
  }

  @Test
  @DisplayName("a replica that was overtaken by a newer version must verify again")
  void overtakenByANewerVersion() {
    SharedState slow = replica();
    SharedState fast = replica();
    verified(slow, seen(4));
    RepositoryMemory before = slow.trust().recall(REPO);
    store.meanwhile = _ -> verified(fast, seen(6));
    assertThat(slow.trust().replace(REPO, before, seen(5))).isFalse();
    assertThat(timestamp(slow)).isEqualTo(6);
  }

  @Test
  @DisplayName("a replica that was overtaken by an older version writes the newer one")
  void overtakenByAnOlderVersion() {
    SharedState one = replica();
    SharedState other = replica();
    RepositoryMemory before = one.trust().recall(REPO);
    store.meanwhile = _ -> verified(other, seen(4));
    assertThat(one.trust().replace(REPO, before, seen(5))).isTrue();
    Await.until("it was written", () -> timestamp(replica()) == 5);
  }

  @Test
  @DisplayName("equivocation between replicas is counted, and neither mark is replaced")
  void otherContentUnderOneVersion() {
    SharedState one = replica();
    SharedState other = replica();
    RepositoryMemory none = one.trust().recall(REPO);
    store.meanwhile = _ -> verified(other, seen(5, "theirs"));
    try (LogCapture log = LogCapture.of("dev.assayer.state")) {
      assertThat(one.trust().replace(REPO, none, seen(5, "mine"))).isTrue();
      assertThat(logged(log)).contains("other content under one version of timestamp");
    }
    assertThat(counts.of("equivocation")).isPositive();
    assertThat(one.trust().recall(REPO).marks().get("timestamp").signedSha256()).isEqualTo("mine");
    assertThat(replica().trust().recall(REPO).marks().get("timestamp").signedSha256())
        .as("what was first in the store stays there")
        .isEqualTo("theirs");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mood.class,
      names = {"REFUSES", "HANGS", "THROWS"})
  @DisplayName("OPS-01: a store that is down, hangs or fails costs one bounded wait and no mark")
  void aStoreThatIsDown(Mood mood) {
    SharedState one = replica();
    verified(one, seen(5));
    store.mood = mood;
    long begun = System.nanoTime();
    assertThat(timestamp(one)).isEqualTo(5);
    verified(one, seen(6));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND.multipliedBy(3));
    begun = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      assertThat(timestamp(one)).isEqualTo(6);
      assertThat(one.facts().find(SharedFacts.Kind.OWNER, "u" + i)).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("400 questions while it is down")
        .isLessThan(BOUND);
    assertThat(counts.up).isFalse();
    assertThat(one.trouble()).isPresent();
    assertThat(counts.of(Read.ERROR)).isGreaterThanOrEqualTo(400);
    store.mood = Mood.WELL;
    Await.until(
        "it is back, and what it missed is written behind",
        () -> counts.up && timestamp(replica()) == 6);
  }

  @Test
  @DisplayName("OPS-01: a store that is full is still read, and written when there is room again")
  void aFullStore() {
    SharedState one = replica();
    verified(one, seen(5));
    store.mood = Mood.FULL;
    verified(one, seen(6));
    assertThat(counts.up).isFalse();
    assertThat(counts.of(Write.DEFERRED)).isEqualTo(1);
    assertThat(timestamp(replica())).as("a new replica still learns the mark").isEqualTo(5);
    store.mood = Mood.WELL;
    Await.until("it was written", () -> counts.up && timestamp(replica()) == 6);
  }

  @Test
  @DisplayName("a store that is well and has no room is not called down, and is told about")
  void aStoreWithoutRoom() {
    SharedState replica = replica();
    store.mood = Mood.NO_ROOM;
    try (LogCapture log = LogCapture.of(Rarely.class.getName())) {
      verified(replica, seen(5));
      assertThat(timestamp(replica)).isEqualTo(5);
      assertThat(replica.trouble()).isEmpty();
      assertThat(counts.up).isTrue();
      assertThat(counts.of(Write.DEFERRED)).isEqualTo(1);
      Await.until("told", () -> logged(log).contains("the store does not take it: no room"));
    }
    store.mood = Mood.WELL;
    Await.until("written behind", () -> store.values.containsKey(NAME));
  }

  @Test
  @DisplayName("a flushed store is filled again from own memory")
  void aFlushedStore() {
    SharedState one = replica();
    verified(one, seen(5));
    store.values.clear();
    assertThat(timestamp(one)).isEqualTo(5);
    Await.until("it is healed", () -> store.values.containsKey(NAME));
    assertThat(timestamp(replica())).isEqualTo(5);
  }

  @Test
  @DisplayName("OPS-02: a replayed older value lowers no mark and is replaced")
  void aReplayedOlderValue() {
    SharedState one = replica();
    verified(one, seen(4));
    String old = store.values.get(NAME);
    verified(one, seen(5));
    store.values.put(NAME, old);
    assertThat(timestamp(one)).isEqualTo(5);
    Await.until("it is healed", () -> timestamp(replica()) == 5);
  }

  @Test
  @DisplayName("OPS-02: what was written for another name, with another key, or changed in any bit")
  void aPoisonedStore() {
    SharedState one = replica();
    verified(one, seen(5));
    String good = store.values.get(NAME);
    for (int at = 0; at < good.length(); at++) {
      String flipped =
          good.substring(0, at) + (char) (good.charAt(at) ^ 1) + good.substring(at + 1);
      store.values.put(NAME, flipped);
      assertThat(rig.replica(new ReadOnly(store), KEY).trust().recall(REPO))
          .as("bit flipped at %d", at)
          .isEqualTo(RepositoryMemory.NONE);
    }
    assertThat(counts.of(Read.INTEGRITY_FAILURE)).isEqualTo(good.length());
    store.values.put("trust/other", good);
    assertThat(rig.replica(new ReadOnly(store), KEY).trust().recall("other").isNew()).isTrue();
    store.values.put(NAME, good);
    byte[] otherKey = KEY.clone();
    otherKey[0]++;
    assertThat(rig.replica(new ReadOnly(store), otherKey).trust().recall(REPO).isNew()).isTrue();
    store.values.put(NAME, "");
    try (LogCapture log = LogCapture.of("dev.assayer.state")) {
      SharedState lost = replica();
      assertThat(lost.trust().recall(REPO).isNew()).isTrue();
      assertThat(logged(log)).contains("not sealed with our key").doesNotContain("root k1");
    }
    assertThat(timestamp(one)).as("own memory stands").isEqualTo(5);
    Await.until("the poison is replaced", () -> timestamp(replica()) == 5);
  }

  /** So that nobody heals what a test put there. */
  private record ReadOnly(FakeStore store) implements SharedStore {
    @Override
    public Answer read(String name, Duration patience) {
      return name.equals("probe") ? new Answer.Missing() : store.read(name, patience);
    }

    @Override
    public Change swap(String n, Optional<String> e, String v, Instant until, Duration patience) {
      return new Change.Overtaken();
    }

    @Override
    public Change remove(String name, Duration patience) {
      return new Change.Done();
    }

    @Override
    public List<String> names(String prefix, Duration patience) {
      return List.of();
    }

    @Override
    public void close() {}
  }

  @Test
  @DisplayName("what was forgotten on the record is dropped by running replicas, which say why")
  void forgotten() {
    SharedState running = replica();
    verified(running, seen(5));
    Forgetting done = replica().forget(REPO, "restored from backup", "ada", Duration.ofSeconds(5));
    assertThat(done)
        .isEqualTo(
            new Forgetting.Done(
                Map.of("root", new Mark(1, "r1"), "timestamp", new Mark(5, "content 5"))));
    String tombstone = store.values.get(NAME);
    try (LogCapture log = LogCapture.of("dev.assayer.state")) {
      assertThat(running.trust().recall(REPO)).isEqualTo(RepositoryMemory.NONE);
      assertThat(logged(log)).contains("by ada").contains("restored from backup").contains(REPO);
    }
    verified(running, seen(3));
    assertThat(timestamp(replica())).isEqualTo(3);
    store.values.put(NAME, tombstone);
    assertThat(timestamp(running)).as("a replayed tombstone does nothing").isEqualTo(3);
  }

  @Test
  @DisplayName("a replica that missed the tombstone follows when it sees what came after it")
  void aTombstoneThatNobodySaw() {
    SharedState away = replica();
    verified(away, seen(5));
    SharedState other = replica();
    assertThat(other.forget(REPO, "r", "b", Duration.ofSeconds(5)))
        .isInstanceOf(Forgetting.Done.class);
    verified(other, seen(2));
    assertThat(timestamp(away)).isEqualTo(2);
  }

  @Test
  void forgettingNeedsTheStore() {
    SharedState one = replica();
    verified(one, seen(5));
    store.mood = Mood.REFUSES;
    assertThat(timestamp(one)).as("it is known to be down").isEqualTo(5);
    assertThat(one.forget(REPO, "r", "b", Duration.ofSeconds(1)))
        .isEqualTo(new Forgetting.Unavailable("refused"));
    assertThat(timestamp(one)).isEqualTo(5);
    store.mood = Mood.WELL;
    assertThat(one.forget(REPO, "r", "b", Duration.ofSeconds(1)))
        .as("whoever insists is not refused for an earlier failure")
        .isInstanceOf(Forgetting.Done.class);
  }

  @Test
  @DisplayName("a root too large to share is left out; its marks are shared")
  void aLargeRoot() {
    StringBuilder incompressible = new StringBuilder();
    new java.util.Random(7).ints(200_000, 32, 127).forEach(c -> incompressible.append((char) c));
    RepositoryMemory large =
        new RepositoryMemory(
            Optional.of(incompressible.toString()),
            seen(5).marks(),
            seen(5).onlineKeys(),
            Set.of("root k1"),
            Optional.of(NOW));
    SharedState one = replica();
    verified(one, large);
    assertThat(store.values.get(NAME).length()).isLessThan(TrustText.MAX_CHARS);
    assertThat(replica().trust().recall(REPO)).isEqualTo(large.withoutRoot());
    assertThat(one.trust().recall(REPO)).isEqualTo(large);
    int writes = store.writes.get();
    verified(one, large.verifiedAt(Optional.of(NOW.plusSeconds(1))));
    assertThat(store.writes).hasValue(writes);
  }
}
