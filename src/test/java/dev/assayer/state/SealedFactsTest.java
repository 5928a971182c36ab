package dev.assayer.state;

import static dev.assayer.state.SharedRig.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.JsonObject;
import dev.assayer.state.FakeStore.Mood;
import dev.assayer.state.StateObserver.Read;
import dev.assayer.state.StateObserver.Write;
import dev.assayer.testing.Await;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Facts that replicas share through a store that nobody trusts. */
class SealedFactsTest {
  private static final JsonObject FACT = JsonObject.builder().put("digest", "sha256:aa").build();

  private final SharedRig rig = new SharedRig();
  private final FakeStore store = rig.store;
  private final SharedRig.Counts counts = rig.counts;

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @DisplayName("a fact that one replica tells is found by another, until its end or until dropped")
  void factsAreShared() {
    SharedState one = rig.replica();
    SharedState other = rig.replica();
    one.facts().tell(SharedFacts.Kind.OWNER, "uid 1", FACT, NOW.plusSeconds(3600));
    assertThat(one.facts().find(SharedFacts.Kind.OWNER, "uid 1")).contains(FACT);
    Await.until(
        "it was written", () -> other.facts().find(SharedFacts.Kind.OWNER, "uid 1").isPresent());
    assertThat(other.facts().find(SharedFacts.Kind.VERIFIED, "uid 1")).isEmpty();
    one.facts().drop(SharedFacts.Kind.OWNER, "uid 1");
    assertThat(one.facts().find(SharedFacts.Kind.OWNER, "uid 1")).isEmpty();
    Await.until("it was dropped", () -> !store.values.containsKey("fact-owner/uid%201"));
    rig.now = NOW.plusSeconds(31);
    assertThat(other.facts().find(SharedFacts.Kind.OWNER, "uid 1"))
        .as("a copy of another replica's fact serves for half a minute")
        .isEmpty();
  }

  @Test
  @DisplayName("OPS-02: a fact stored under another key or kind, or past its end, is none")
  void forgedFacts() {
    SharedState one = rig.replica();
    one.facts().tell(SharedFacts.Kind.OWNER, "a", FACT, NOW.plusSeconds(60));
    Await.until("it was written", () -> store.values.containsKey("fact-owner/a"));
    String sealed = store.values.get("fact-owner/a");
    store.values.put("fact-owner/b", sealed);
    store.values.put("fact-verified/a", sealed);
    store.values.put("fact-owner/c", sealed.replace("sha256:aa", "sha256:bb"));
    SharedState other = rig.replica();
    assertThat(other.facts().find(SharedFacts.Kind.OWNER, "b")).isEmpty();
    assertThat(other.facts().find(SharedFacts.Kind.VERIFIED, "a")).isEmpty();
    assertThat(other.facts().find(SharedFacts.Kind.OWNER, "c")).isEmpty();
    assertThat(counts.of(Read.INTEGRITY_FAILURE)).isEqualTo(3);
    rig.now = NOW.plusSeconds(60);
    assertThat(other.facts().find(SharedFacts.Kind.OWNER, "a")).isEmpty();
    assertThat(counts.of(Read.EXPIRED)).isEqualTo(1);
  }

  @Test
  @DisplayName("facts told while the store is down are written when it is back, the latest of each")
  void factsWaitForTheStore() {
    SharedState one = rig.replica();
    store.mood = Mood.REFUSES;
    assertThat(one.facts().find(SharedFacts.Kind.OWNER, "x")).isEmpty();
    for (int i = 0; i < 5000; i++) {
      JsonObject fact = JsonObject.builder().put("n", i).build();
      one.facts().tell(SharedFacts.Kind.OWNER, "same", fact, NOW.plusSeconds(3600));
      one.facts().tell(SharedFacts.Kind.OWNER, "k" + i, FACT, NOW.plusSeconds(3600));
    }
    assertThat(counts.of(Write.DROPPED)).isEqualTo(5000 + 1 - 4096);
    store.mood = Mood.WELL;
    SharedState other = rig.replica();
    Await.until(
        "the latest was written",
        () ->
            other
                .facts()
                .find(SharedFacts.Kind.OWNER, "same")
                .equals(Optional.of(JsonObject.builder().put("n", 4999).build())));
  }
}
