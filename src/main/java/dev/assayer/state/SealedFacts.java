package dev.assayer.state;

import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import dev.assayer.state.SharedStore.Answer;
import dev.assayer.state.SharedStore.Change;
import dev.assayer.state.StateObserver.Read;
import dev.assayer.state.StateObserver.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/** Facts that replicas share, with own memory in front. */
final class SealedFacts implements SharedFacts {
  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final int MAX_CHARS = 64 << 10;
  private static final int ATTEMPTS = 4;

  /**
   * So long another replica's fact serves from own memory: it may be told anew or dropped there.
   */
  private static final Duration COPY = Duration.ofSeconds(30);

  private final PatientStore store;
  private final Seal seal;
  private final InstantSource clock;
  private final StateObserver observer;
  private final Rarely rarely;
  private final WriteBehind behind;
  private final InMemoryFacts own;

  SealedFacts(
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
    own = new InMemoryFacts(clock);
  }

  private static String word(Kind kind) {
    return "fact-" + kind.name().toLowerCase(Locale.ROOT);
  }

  private static String name(Kind kind, String key) {
    return StoreName.of(word(kind), key);
  }

  @Override
  public Optional<JsonObject> find(Kind kind, String key) {
    Optional<JsonObject> known = own.find(kind, key);
    if (kind == Kind.VERIFIED && !own.dropped(kind, key) && !behind.awaits(name(kind, key))) {
      // Others may have heard a later word; what is remembered here serves where they are silent.
      return look(kind, key).or(() -> known);
    }
    // What was dropped here is gone, though the store may not have been told yet.
    return known.isPresent() || own.dropped(kind, key) || behind.awaits(name(kind, key))
        ? known
        : look(kind, key);
  }

  private Optional<JsonObject> look(Kind kind, String key) {
    return switch (store.read(name(kind, key), PATIENCE)) {
      case Answer.Unavailable _ -> nothing(Read.ERROR);
      case Answer.Missing() -> nothing(Read.MISS);
      case Answer.Found(String text) ->
          switch (seal.open(word(kind), name(kind, key), text, clock.instant())) {
            case Seal.Opened.Over() -> nothing(Read.EXPIRED);
            case Seal.Opened.Broken() -> {
              rarely.broken();
              yield nothing(Read.INTEGRITY_FAILURE);
            }
            case Seal.Opened.Holds(String content, Instant until) ->
                read(content)
                    .map(fact -> {
                      observer.read(Read.HIT);
                      Instant copy = clock.instant().plus(COPY);
                      // What is looked up each time serves to its end when the store is away.
                      boolean whole = kind == Kind.VERIFIED || until.isBefore(copy);
                      own.tell(kind, key, fact, whole ? until : copy);
                      return fact;
                    })
                    .or(() -> nothing(Read.MISS));
          };
    };
  }

  private Optional<JsonObject> nothing(Read why) {
    observer.read(why);
    return Optional.empty();
  }

  private static Optional<JsonObject> read(String content) {
    try {
      return StrictJson.parse(content.getBytes(StandardCharsets.UTF_8), JsonLimits.text(MAX_CHARS))
          .asObject();
    } catch (JsonException otherForm) {
      return Optional.empty();
    }
  }

  @Override
  public void tell(Kind kind, String key, JsonObject fact, Instant until) {
    own.tell(kind, key, fact, until);
    String name = name(kind, key);
    String text = seal.seal(word(kind), name, JsonText.compact(fact), until);
    if (text.length() > MAX_CHARS) {
      observer.written(Write.DROPPED);
      drop(kind, key);
      own.tell(kind, key, fact, until);
    } else {
      behind.add(name, () -> put(name, text, until));
    }
  }

  @Override
  public void drop(Kind kind, String key) {
    own.drop(kind, key);
    String name = name(kind, key);
    behind.add(name, () -> remove(name));
  }

  private boolean remove(String name) {
    boolean done = store.remove(name, PATIENCE) instanceof Change.Done;
    if (done) {
      observer.written(Write.WRITTEN);
    }
    return done;
  }

  private boolean put(String name, String text, Instant until) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<String> before;
      switch (store.read(name, PATIENCE)) {
        case Answer.Unavailable _ -> {
          return false;
        }
        case Answer.Missing() -> before = Optional.empty();
        case Answer.Found(String value) -> before = Optional.of(value);
      }
      switch (store.swap(name, before, text, until, PATIENCE)) {
        case Change.Done() -> {
          observer.written(Write.WRITTEN);
          return true;
        }
        case Change.Overtaken() -> {
          // once more
        }
        case Change.Refused _, Change.Unavailable _ -> {
          return false;
        }
      }
    }
    return false;
  }
}
