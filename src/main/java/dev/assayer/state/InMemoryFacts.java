package dev.assayer.state;

import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Facts of this process alone; lost at restart. The least used are pushed out, by others of their
 * kind only.
 */
public final class InMemoryFacts implements SharedFacts {
  private static final long MAX_BYTES_OF_A_KIND = 8L << 20;

  /** So long it is known that a fact was dropped here; what others tell after that counts. */
  private static final Duration DROPPED = Duration.ofMinutes(5);

  private record Fact(Optional<JsonObject> content, Instant until) {}

  private final InstantSource clock;
  private final Map<Kind, BoundedMemory<String, Fact>> facts = new EnumMap<>(Kind.class);

  /** Knows nothing yet. */
  public InMemoryFacts(InstantSource clock) {
    this.clock = clock;
    for (Kind kind : Kind.values()) {
      facts.put(kind, new BoundedMemory<>(MAX_BYTES_OF_A_KIND));
    }
  }

  @Override
  public Optional<JsonObject> find(Kind kind, String key) {
    return of(kind)
        .get(key)
        .filter(fact -> clock.instant().isBefore(fact.until()))
        .flatMap(Fact::content);
  }

  @Override
  public void tell(Kind kind, String key, JsonObject fact, Instant until) {
    int bytes = key.length() + JsonText.compact(fact).length();
    of(kind).put(key, new Fact(Optional.of(fact), until), bytes);
  }

  @Override
  public void drop(Kind kind, String key) {
    Fact gone = new Fact(Optional.empty(), clock.instant().plus(DROPPED));
    of(kind).put(key, gone, key.length());
  }

  private BoundedMemory<String, Fact> of(Kind kind) {
    return Objects.requireNonNull(facts.get(kind), "there is one of each kind");
  }

  /** Whether a fact was dropped here lately. */
  boolean dropped(Kind kind, String key) {
    return of(kind)
        .get(key)
        .filter(fact -> fact.content().isEmpty() && clock.instant().isBefore(fact.until()))
        .isPresent();
  }
}
