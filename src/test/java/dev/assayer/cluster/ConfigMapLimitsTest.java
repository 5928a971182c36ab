package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.state.SharedStore.Answer;
import dev.assayer.state.SharedStore.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What there is too much of. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConfigMapLimitsTest extends ConfigMapRig {
  @Test
  void anAttackersFloodOfFactsPushesOutFactsThatEndSoonestAndNoMark() {
    isDone(put(MARK, "mark"));
    isDone(put(store, "fact-owner/endless", Optional.empty(), "x", Instant.MAX));
    int shard = number("fact-owner/endless");
    String filler = "f".repeat(60_000);
    AtomicLong minutes = new AtomicLong();
    ConfigMapStore patient = replica(() -> Duration.ofMinutes(minutes.incrementAndGet()).toNanos());
    List<String> told =
        IntStream.range(0, 4000)
            .mapToObj(i -> "fact-owner/flood-" + i)
            .filter(name -> number(name) == shard)
            .limit(25)
            .toList();
    assertThat(told).hasSize(25);
    for (int i = 0; i < told.size(); i++) {
      isDone(put(patient, told.get(i), Optional.empty(), filler, NOW.plusSeconds(100 + i)));
    }
    assertThat(patient.read(told.getFirst(), LONG)).isEqualTo(new Answer.Missing());
    assertThat(patient.read(told.getLast(), LONG)).isEqualTo(new Answer.Found(filler));
    assertThat(patient.read("fact-owner/endless", LONG)).isEqualTo(new Answer.Found("x"));
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Found("mark"));
    assertThat(size(maps.of(RELEASE, ShardKind.FACTS, shard))).isLessThan(512 << 10);
  }

  @Test
  void manyChildrenOfAnAttackerPushOutNoFactAboutImagesThoughThoseEndSooner() {
    String filler = "f".repeat(60_000);
    AtomicLong minutes = new AtomicLong();
    ConfigMapStore patient = replica(() -> Duration.ofMinutes(minutes.incrementAndGet()).toNanos());
    List<String> images = names("fact-verified/image-", 3);
    for (String image : images) {
      isDone(put(patient, image, Optional.empty(), filler, NOW.plusSeconds(60)));
    }
    List<String> children = names("fact-owner/child-", 25);
    for (String child : children) {
      isDone(put(patient, child, Optional.empty(), filler, NOW.plus(Duration.ofDays(365))));
    }
    assertThat(images)
        .allMatch(image -> patient.read(image, LONG).equals(new Answer.Found(filler)));
    assertThat(patient.read(children.getLast(), LONG)).isEqualTo(new Answer.Found(filler));
    assertThat(patient.read(children.getFirst(), LONG)).isEqualTo(new Answer.Missing());
  }

  /** So many names in one ConfigMap. */
  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, 4000)
        .mapToObj(i -> prefix + i)
        .filter(name -> number(name) == 3)
        .limit(count)
        .toList();
  }

  @Test
  void aShardFullOfMarksRefusesAndForgetsNone() {
    String large = "m".repeat(300_000);
    List<String> names =
        IntStream.range(0, 1000)
            .mapToObj(i -> "trust/r/" + i)
            .filter(name -> number(name) == 3)
            .limit(4)
            .toList();
    isDone(put(store, names.get(0), Optional.empty(), large, Instant.MAX));
    isDone(put(store, names.get(1), Optional.empty(), large, NOW.plusSeconds(60)));
    isDone(put(names.get(2), large));
    assertThat(put(names.get(3), large))
        .isInstanceOfSatisfying(
            Change.Refused.class,
            full -> assertThat(full.why()).contains("full of marks that are still needed"));
    assertThat(names.subList(0, 3))
        .allMatch(name -> store.read(name, LONG).equals(new Answer.Found(large)));
    // What it takes to go on: less, or an end that has come.
    isDone(put(store, names.get(0), Optional.of(large), "small", Instant.MAX));
    now.set(NOW.plusSeconds(60));
    isDone(put(names.get(3), large));
    assertThat(store.names("trust/", LONG))
        .containsExactlyInAnyOrder(names.get(0), names.get(2), names.get(3));
  }

  @Test
  void aFullShardStillTakesWhatNeedsNoRoomInTheSameBatch() throws Exception {
    String large = "m".repeat(800_000);
    List<String> names =
        IntStream.range(0, 1000)
            .mapToObj(i -> "trust/r/" + i)
            .filter(name -> number(name) == 3)
            .limit(10)
            .toList();
    isDone(put(names.getFirst(), large));
    List<Future<Change>> changes = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      changes.add(each.submit(() -> put(names.get(1), large)));
      names.subList(2, 10).forEach(name -> changes.add(each.submit(() -> put(name, "small"))));
    }
    assertThat(changes.getFirst().get()).isInstanceOf(Change.Refused.class);
    for (Future<Change> change : changes.subList(1, changes.size())) {
      isDone(change.get());
    }
  }

  @Test
  void whoIsHeldBackIsToldSoAndTheStoreIsNotCalledDown() {
    AtomicLong nanos = new AtomicLong();
    ConfigMapStore held = replica(nanos::get);
    String filler = "f".repeat(60_000);
    Change last = new Change.Done();
    for (int i = 0; i < 1000 && last instanceof Change.Done; i++) {
      last =
          held.swap(
              "fact-owner/" + i, Optional.empty(), filler, Instant.MAX, Duration.ofMillis(300));
    }
    assertThat(last)
        .isInstanceOfSatisfying(
            Change.Refused.class, no -> assertThat(no.why()).contains("writes are held back"));
    isDone(put(held, MARK, Optional.empty(), "marks are not held back by facts", Instant.MAX));
    nanos.set(Duration.ofMinutes(5).toNanos());
    isDone(put(held, "fact-owner/next", Optional.empty(), "x", Instant.MAX));
  }

  @Test
  void writesAreHeldBackForTheSakeOfEtcd() {
    AtomicLong nanos = new AtomicLong();
    WriteBudget budget = new WriteBudget(1 << 20, 128 << 10, nanos::get);
    assertThat(budget.delay()).isZero();
    budget.spend(2 << 20);
    assertThat(budget.delay()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(9));
    nanos.addAndGet(budget.delay().toNanos());
    assertThat(budget.delay()).isZero();
    nanos.addAndGet(Duration.ofDays(1).toNanos());
    assertThat(budget.delay()).isZero();
    budget.spend(1 << 20);
    assertThat(budget.delay()).as("no more than a burst is saved up").isPositive();
  }

  private static int number(String name) {
    return Integer.parseInt(StoredText.key(name).substring(0, 2), 16) % ShardKind.SHARDS;
  }

  private static int size(java.util.Map<String, String> data) {
    return data.values().stream().mapToInt(String::length).sum();
  }
}
