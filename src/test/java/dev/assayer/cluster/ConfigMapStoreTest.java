package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.state.SharedStore.Answer;
import dev.assayer.state.SharedStore.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConfigMapStoreTest extends ConfigMapRig {
  @Test
  void whatOneReplicaKeepsAnotherFinds() {
    ConfigMapStore other = replica();
    assertThat(other.read(MARK, LONG)).isEqualTo(new Answer.Missing());
    isDone(put(MARK, "1"));
    isDone(put(store, MARK, Optional.of("1"), "2 \u00e4 \"\n\\", Instant.MAX));
    isDone(put("fact-owner/u", "x"));
    assertThat(other.read(MARK, LONG)).isEqualTo(new Answer.Found("2 \u00e4 \"\n\\"));
    assertThat(other.names("trust/", LONG)).containsExactly(MARK);
    assertThat(other.names("", LONG)).containsExactly("fact-owner/u", MARK);
    assertThat(other.names("trust/registry.other", LONG)).isEmpty();
    assertThat(other.remove(MARK, LONG)).isEqualTo(new Change.Done());
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Missing());
    assertThat(other.remove(MARK, LONG)).isEqualTo(new Change.Done());
  }

  @Test
  void whoeverExpectsWhatIsNotThereIsOvertakenAlsoWithAnOldCopy() {
    ConfigMapStore other = replica();
    isDone(put(MARK, "1"));
    assertThat(put(other, MARK, Optional.empty(), "9", Instant.MAX))
        .isEqualTo(new Change.Overtaken());
    isDone(put(other, MARK, Optional.of("1"), "2", Instant.MAX));
    // This one's copy still says 1.
    assertThat(put(store, MARK, Optional.of("1"), "3", Instant.MAX))
        .isEqualTo(new Change.Overtaken());
    isDone(put(store, MARK, Optional.of("2"), "4", Instant.MAX));
    assertThat(other.read(MARK, LONG)).isEqualTo(new Answer.Found("4"));
  }

  @Test
  void manyChangesAtOnceBecomeFewCallsAndNoneIsLost() throws Exception {
    List<String> names = IntStream.range(0, 300).mapToObj(i -> "trust/r/" + i).toList();
    ConfigMapStore other = replica();
    List<Future<Change>> changes = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String name : names) {
        changes.add(each.submit(() -> put(name, "from a")));
        changes.add(
            each.submit(() -> put(other, name + "/b", Optional.empty(), "from b", Instant.MAX)));
      }
    }
    for (Future<Change> change : changes) {
      isDone(change.get());
    }
    assertThat(maps.entries()).isEqualTo(600);
    assertThat(names)
        .allMatch(name -> other.read(name, LONG).equals(new Answer.Found("from a")))
        .allMatch(name -> store.read(name + "/b", LONG).equals(new Answer.Found("from b")));
    assertThat(fake.requests.stream().filter(request -> request.startsWith("PATCH")).count())
        .as("600 changes in 16 ConfigMaps")
        .isLessThan(300);
  }

  @Test
  void oneCounterThatTwoReplicasRaiseLosesNoStep() throws Exception {
    ConfigMapStore other = replica();
    isDone(put(MARK, "0"));
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        ConfigMapStore by = i % 2 == 0 ? store : other;
        each.execute(() -> raise(by));
      }
    }
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Found("20"));
  }

  private static void raise(ConfigMapStore by) {
    while (true) {
      String there = ((Answer.Found) by.read(MARK, LONG)).value();
      String next = Integer.toString(Integer.parseInt(there) + 1);
      if (put(by, MARK, Optional.of(there), next, Instant.MAX) instanceof Change.Done) {
        return;
      }
    }
  }

  @Test
  void readersAtTheSameTimeShareOneCall() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    fake.answeringAll((method, path, accept, body) -> {
      asked.countDown();
      go.await();
      return maps.answer(method, path, accept, body);
    });
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        answers.add(each.submit(() -> store.read(MARK, LONG)));
      }
      asked.await();
      Thread.sleep(200);
      go.countDown();
    }
    for (Future<Answer> answer : answers) {
      assertThat(answer.get()).isEqualTo(new Answer.Missing());
    }
    assertThat(fake.requests).hasSize(1);
  }

  @Test
  void factsMayBeASecondOldAndMarksNever() {
    isDone(put(MARK, "1"));
    isDone(put("fact-owner/u", "1"));
    String marks = maps.holding(StoredText.key(MARK));
    String facts = maps.holding(StoredText.key("fact-owner/u"));
    maps.write(marks, StoredText.key(MARK), new StoredText(MARK, "2", Instant.MAX).written());
    maps.write(
        facts,
        StoredText.key("fact-owner/u"),
        new StoredText("fact-owner/u", "2", Instant.MAX).written());
    int before = fake.requests.size();
    assertThat(store.read("fact-owner/u", LONG)).isEqualTo(new Answer.Found("1"));
    assertThat(fake.requests).hasSize(before);
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Found("2"));
  }

  @Test
  void aLargeShardThatHasNotChangedIsNotSentAgain() {
    String large = "x".repeat(60_000);
    isDone(put(MARK, large));
    List<String> accepted = new ArrayList<>();
    fake.answeringAll((method, path, accept, body) -> {
      accepted.add(accept);
      return maps.answer(method, path, accept, body);
    });
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Found(large));
    assertThat(accepted).singleElement().asString().contains("PartialObjectMetadata");
    maps.write(
        maps.holding(StoredText.key(MARK)),
        StoredText.key(MARK),
        new StoredText(MARK, "new", Instant.MAX).written());
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Found("new"));
  }

  @Test
  void theEndOfATextIsItsEnd() {
    isDone(put(store, "fact-owner/u", Optional.empty(), "x", NOW.plusSeconds(60)));
    assertThat(store.read("fact-owner/u", LONG)).isEqualTo(new Answer.Found("x"));
    now.set(NOW.plusSeconds(60));
    assertThat(store.read("fact-owner/u", LONG)).isEqualTo(new Answer.Missing());
    assertThat(store.names("fact-owner/", LONG)).isEmpty();
    isDone(put(store, "fact-owner/u", Optional.empty(), "y", NOW.plusSeconds(120)));
    assertThat(maps.entries()).isEqualTo(1);
  }

  private static int number(String name) {
    return Integer.parseInt(StoredText.key(name).substring(0, 2), 16) % ShardKind.SHARDS;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "- ",
        "2026-07-01T13:00:00Z trust/other\nvalue",
        "- trust/registry.example/acme/app",
        "soon trust/registry.example/acme/app\nvalue",
        "-trust/registry.example/acme/app\nvalue",
        "{\"version\":1}"
      })
  void brokenContentIsAsIfAbsentAndIsReplaced(String broken) {
    String key = StoredText.key(MARK);
    isDone(put(MARK, "1"));
    maps.write(maps.holding(key), key, broken);
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Missing());
    assertThat(store.names("", LONG)).isEmpty();
    assertThat(put(store, MARK, Optional.of("1"), "2", Instant.MAX))
        .isEqualTo(new Change.Overtaken());
    isDone(put(MARK, "2"));
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Found("2"));
  }

  @Test
  void rubbishOfOthersMakesRoomBeforeAnythingElse() {
    isDone(put(MARK, "1"));
    String map = maps.holding(StoredText.key(MARK));
    maps.write(map, "rubbish", "r".repeat(900_000));
    isDone(put(store, MARK, Optional.of("1"), "2".repeat(50_000), Instant.MAX));
    assertThat(maps.of(RELEASE, ShardKind.MARKS, number(MARK))).doesNotContainKey("rubbish");
  }

  @Test
  void aNameThatWouldBreakOutOfItsLineIsNone() {
    for (String name : List.of("", "a b", "a\nb", "\u00e4", "n".repeat(513))) {
      assertThat(put(name, "x")).isInstanceOf(Change.Refused.class);
      assertThat(store.read(name, LONG)).isEqualTo(new Answer.Missing());
    }
    assertThat(fake.requests).isEmpty();
  }

  @Test
  void anApiServerThatHangsCostsNoMoreThanThePatience() {
    fake.hanging();
    Duration patience = Duration.ofMillis(200);
    long begun = System.nanoTime();
    assertThat(store.read(MARK, patience)).isInstanceOf(Answer.Unavailable.class);
    assertThat(store.swap(MARK, Optional.empty(), "1", Instant.MAX, patience))
        .isInstanceOf(Change.Unavailable.class);
    assertThat(store.remove(MARK, patience)).isInstanceOf(Change.Unavailable.class);
    assertThat(store.names("", patience)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void whatIsRefusedIsSaidAndPassesWhenItIsAllowedAgain() {
    AtomicInteger status = new AtomicInteger(403);
    fake.answeringAll((method, path, accept, body) ->
        status.get() == 200
            ? maps.answer(method, path, accept, body)
            : new FakeApi.Reply(status.get(), "{\"message\":\"no\"}"));
    assertThat(store.read(MARK, LONG))
        .isInstanceOfSatisfying(
            Answer.Unavailable.class, no -> assertThat(no.why()).contains("RBAC does not allow"));
    assertThat(put(MARK, "1"))
        .isInstanceOfSatisfying(
            Change.Unavailable.class, no -> assertThat(no.why()).contains("RBAC does not allow"));
    status.set(404);
    assertThat(put(MARK, "1"))
        .isInstanceOfSatisfying(
            Change.Unavailable.class,
            no -> assertThat(no.why()).contains("there is no ConfigMap rel-marks-"));
    status.set(500);
    assertThat(put(MARK, "1")).isInstanceOf(Change.Unavailable.class);
    status.set(200);
    isDone(put(MARK, "1"));
    assertThat(store.read(MARK, LONG)).isEqualTo(new Answer.Found("1"));
  }

  @Test
  void anApiServerThatIsGoneIsSaid() {
    fake.close();
    assertThat(store.read(MARK, LONG))
        .isInstanceOfSatisfying(
            Answer.Unavailable.class, gone -> assertThat(gone.why()).contains("no connection"));
    assertThat(put(MARK, "1")).isInstanceOf(Change.Unavailable.class);
  }

  @Test
  void whoCannotWinEndsWithItsPatience() {
    fake.answeringAll((method, path, accept, body) ->
        method.equals("PATCH")
            ? new FakeApi.Reply(409, "{\"message\":\"modified\"}")
            : maps.answer(method, path, accept, body));
    assertThat(store.swap(MARK, Optional.empty(), "1", Instant.MAX, Duration.ofMillis(300)))
        .isInstanceOf(Change.Unavailable.class);
  }

  @Test
  void aClosedStoreAnswersAtOnce() {
    store.close();
    assertThat(store.read(MARK, LONG)).isInstanceOf(Answer.Unavailable.class);
    assertThat(put(MARK, "1")).isInstanceOf(Change.Unavailable.class);
    assertThat(fake.requests).isEmpty();
  }
}
