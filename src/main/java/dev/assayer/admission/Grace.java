package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.Verdict;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.state.BoundedMemory;
import dev.assayer.state.SharedFacts;
import dev.assayer.state.SharedFacts.Kind;
import dev.assayer.validation.ValidationResult.Trusted;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Admits for a while what was verified before, when nobody can be asked ({@code grace.maxAge}).
 *
 * <p>What serves was verified under the very same rule, validators, policy and trust roots, no
 * longer ago than {@code maxAge}, by metadata of which no role has expired. Only silence of an
 * upstream or its 5xx makes it serve: whatever else a validator says stands. A rejection ends it,
 * so that the last word about an image is never passed over.
 */
final class Grace {
  /** The longest that a request waits for what is remembered; it is taken from its own time. */
  private static final Duration PATIENCE = Duration.ofMillis(300);

  /** What was verified is told again after this part of {@code maxAge}. */
  private static final int TELLINGS = 20;

  private static final String REJECTED = "rejected";

  /** A fact from further in the future was not found by a clock like ours. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private static final long MEMORY_BYTES = 4L << 20;

  private final Config config;
  private final SharedFacts facts;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Duration maxAge;

  /** The last word of this process on a name, by rule and name. */
  private final BoundedMemory<String, Word> words = new BoundedMemory<>(MEMORY_BYTES);

  /**
   * What was said last.
   *
   * @param digest empty for a rejection
   * @param at as it was told to others
   * @param nanos the same by the monotonic clock, which nobody sets back
   */
  private record Word(Optional<Digest> digest, Instant at, long nanos) {
    boolean rejects() {
      return digest.isEmpty();
    }
  }

  /** What serves. */
  private record Remembered(Digest digest, Duration age) {}

  Grace(Config config, Environment environment) {
    this(config, environment.facts(), environment.clock(), System::nanoTime);
  }

  Grace(Config config, SharedFacts facts, InstantSource clock, LongSupplier nanoTime) {
    this.config = config;
    this.facts = facts;
    this.clock = clock;
    this.nanoTime = nanoTime;
    maxAge = config.grace().maxAge();
  }

  /**
   * How long before the deadline to stop waiting for validators; zero where there is no grace.
   *
   * @param budget the whole time of the request
   */
  Duration reserve(Asked asked, Duration budget) {
    if (!concerns(asked)) {
      return Duration.ZERO;
    }
    Duration quarter = budget.dividedBy(4);
    return quarter.compareTo(PATIENCE) < 0 ? quarter : PATIENCE;
  }

  /** Takes note of a judgement that counts: a proof, or a rejection. */
  void note(Asked asked, Judgement judgement) {
    if (!concerns(asked) || asked.under().dryRun()) {
      return;
    }
    if (judgement.reason() == Reason.SIGNATURE_VALID && judgement.digest().isPresent()) {
      remember(asked, judgement, judgement.digest().get());
    } else if (judgement.reason().verdict() == Verdict.REJECTED) {
      forget(asked, judgement.reason());
    }
  }

  /**
   * The judgement in place of one that failed for want of an answer, if this may be and something
   * is remembered.
   *
   * @param heard what validators said until now, all of them
   * @param patience how long to wait for what is remembered
   */
  Optional<Judgement> instead(
      Asked asked, Judgement failed, List<Opinion> heard, Duration patience) {
    boolean loose = asked.under().finalObject() && asked.image().digest().isEmpty();
    if (!concerns(asked) || loose || !Silence.of(failed, heard)) {
      return Optional.empty();
    }
    return within(patience, () -> recall(asked))
        .filter(known -> agrees(known.digest(), heard))
        .filter(known -> !config.revoked().digests().contains(known.digest().text()))
        .map(known -> admitting(asked, failed, known));
  }

  /** Never as of another time than now. */
  private boolean concerns(Asked asked) {
    return !maxAge.isZero() && asked.under().at().isEmpty();
  }

  /** Of several validators, those that did answer must have proven the very digest. */
  private static boolean agrees(Digest digest, List<Opinion> heard) {
    return heard.stream()
        .allMatch(
            one -> !(one.result() instanceof Trusted trusted) || trusted.digest().equals(digest));
  }

  private static Judgement admitting(Asked asked, Judgement failed, Remembered known) {
    String ago = ago(known.age());
    return new Judgement(
        Reason.GRACE,
        "verified "
            + ago
            + " ago as "
            + known.digest().text()
            + "; now ["
            + failed.reason().code()
            + "] "
            + failed.detail(),
        Optional.of(known.digest()),
        failed.validators(),
        failed.signers(),
        failed.trust(),
        failed.timing(),
        failed.stages(),
        List.of(
            "by grace, verified "
                + ago
                + " ago, now "
                + failed.reason().code()
                + ": "
                + asked.image().text()),
        failed.evidence());
  }

  private static String ago(Duration age) {
    return age.toMinutes() < 2 ? age.toSeconds() + " s" : age.toMinutes() + " min";
  }

  private Optional<Remembered> within(Duration patience, Supplier<Optional<Remembered>> recalling) {
    CompletableFuture<Optional<Remembered>> found = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("grace")
        .start(() -> {
          try {
            found.complete(recalling.get());
          } catch (RuntimeException | Error failure) {
            found.completeExceptionally(failure);
          }
        });
    try {
      return found.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException unknown) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * A name with a digest is also known by its tag. What was last said of either must not contradict
   * the other: a tag that was signed anew, or is signed no more, ends grace for what it was.
   */
  private Optional<Remembered> recall(Asked asked) {
    Optional<Remembered> found = Optional.empty();
    for (String name : names(asked.image())) {
      Optional<Word> word = word(asked, name);
      Optional<JsonObject> fact = fact(asked, name);
      if (word.filter(Word::rejects).isPresent() || fact.filter(Grace::rejects).isPresent()) {
        return Optional.empty();
      }
      Optional<Remembered> known =
          fact.filter(told -> word.map(own -> !contradicts(own, told)).orElse(true))
              .flatMap(told -> checked(told, binding(asked, name), word));
      Optional<Digest> said = known.map(Remembered::digest).or(() -> word.flatMap(Word::digest));
      if (asked.image().digest().isPresent()
          && !said.map(asked.image().digest().get()::equals).orElse(true)) {
        return Optional.empty();
      }
      found = found.or(() -> known);
    }
    return found;
  }

  private Optional<JsonObject> fact(Asked asked, String name) {
    return facts.find(Kind.VERIFIED, key(binding(asked, name)));
  }

  private static boolean rejects(JsonObject fact) {
    return fact.get(REJECTED).flatMap(Json::asBoolean).orElse(false);
  }

  /** Whether what is kept is older than another digest that this process has proven since. */
  private static boolean contradicts(Word own, JsonObject fact) {
    boolean same = own.digest().map(Digest::text).equals(text(fact, "digest"));
    boolean later =
        text(fact, "at").flatMap(Grace::instant).filter(at -> at.isAfter(own.at())).isPresent();
    return !same && !later;
  }

  private Optional<Word> word(Asked asked, String name) {
    return words.get(local(asked, name));
  }

  /** Whoever wrote it and wherever it was kept: only what is bound to this question serves. */
  private Optional<Remembered> checked(JsonObject fact, JsonObject bound, Optional<Word> own) {
    Optional<Digest> digest = text(fact, "digest").flatMap(Digest::parse);
    Optional<Instant> at = text(fact, "at").flatMap(Grace::instant);
    Optional<Instant> expires = text(fact, "expires").flatMap(Grace::instant);
    boolean same =
        fact.get("of")
            .map(of -> JsonText.compact(of).equals(JsonText.compact(bound)))
            .orElse(false);
    if (!same || digest.isEmpty() || at.isEmpty() || expires.isEmpty()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Duration age = Duration.between(at.get(), now);
    Duration lived =
        own.filter(word -> word.at().equals(at.get()))
            .map(word -> Duration.ofNanos(nanoTime.getAsLong() - word.nanos()))
            .orElse(Duration.ZERO);
    Duration older = lived.compareTo(age) > 0 ? lived : age;
    boolean serves =
        older.compareTo(maxAge) <= 0
            && age.compareTo(SKEW.negated()) >= 0
            && now.isBefore(expires.get());
    return serves ? Optional.of(new Remembered(digest.get(), older)) : Optional.empty();
  }

  private void remember(Asked asked, Judgement judgement, Digest digest) {
    String name = asked.image().text();
    long due = nanoTime.getAsLong() - maxAge.dividedBy(TELLINGS).toNanos();
    boolean told =
        word(asked, name)
            .filter(last -> last.digest().equals(Optional.of(digest)) && last.nanos() - due > 0)
            .isPresent();
    if (told) {
      return;
    }
    Duration aged = judgement.facts().flatMap(TrustFacts::age).orElse(Duration.ZERO);
    Instant at = clock.instant().minus(aged);
    Instant expires =
        judgement.trust().stream()
            .flatMap(facts -> facts.chain().stream())
            .map(RoleTrust::expires)
            .min(Instant::compareTo)
            .orElse(at.plus(maxAge));
    say(asked, name, Optional.of(digest), at);
    JsonObject bound = binding(asked, name);
    JsonObject fact =
        JsonObject.builder()
            .put("of", bound)
            .put("digest", digest.text())
            .put("at", at.toString())
            .put("expires", expires.toString())
            .build();
    Instant end = at.plus(maxAge);
    facts.tell(Kind.VERIFIED, key(bound), fact, expires.isBefore(end) ? expires : end);
  }

  private void forget(Asked asked, Reason why) {
    // That somebody asks for another digest says nothing against the tag.
    List<String> names =
        why == Reason.TAG_DIGEST_CONFLICT ? List.of(asked.image().text()) : names(asked.image());
    List<String> now =
        names.stream().filter(name -> word(asked, name).filter(Word::rejects).isEmpty()).toList();
    if (!now.isEmpty()) {
      now.forEach(name -> say(asked, name, Optional.empty(), clock.instant()));
      Thread.ofVirtual().name("grace ends").start(() -> end(asked, names));
    }
  }

  /**
   * Tells the others, whose own memory may still serve it. Names that were never verified are many:
   * nothing is written about them.
   */
  private void end(Asked asked, List<String> names) {
    if (names.stream().noneMatch(name -> fact(asked, name).isPresent())) {
      return;
    }
    for (String name : names) {
      if (word(asked, name).filter(Word::rejects).isPresent()) {
        JsonObject bound = binding(asked, name);
        JsonObject fact =
            JsonObject.builder()
                .put("of", bound)
                .put(REJECTED, true)
                .put("at", clock.instant().toString())
                .build();
        facts.tell(Kind.VERIFIED, key(bound), fact, clock.instant().plus(maxAge));
      }
    }
  }

  private void say(Asked asked, String name, Optional<Digest> digest, Instant at) {
    String key = local(asked, name);
    words.put(key, new Word(digest, at, nanoTime.getAsLong()), key.length() + 150);
  }

  private static String local(Asked asked, String name) {
    return asked.rule().index() + " " + name;
  }

  /** A name with tag and digest is also known by its tag, whose digest must then be that one. */
  private static List<String> names(ImageReference image) {
    return image.tag().isPresent() && image.digest().isPresent()
        ? List.of(image.text(), image.matchName())
        : List.of(image.text());
  }

  private JsonObject binding(Asked asked, String name) {
    List<Json> validators =
        asked.resolved().validators().stream()
            .<Json>map(one ->
                JsonObject.builder()
                    .put("name", one.validator())
                    .put("roots", JsonArray.ofStrings(one.trustRoots()))
                    .build())
            .toList();
    return JsonObject.builder()
        .put("image", name)
        .put("rule", asked.rule().pattern())
        .put("index", asked.rule().index())
        .put("combination", asked.resolved().combination().name())
        .put("validators", new JsonArray(validators))
        .put("policy", config.policyDigest())
        .put("roots", config.trustRootDigest())
        .build();
  }

  /** Any two questions have two keys. */
  private static String key(JsonObject bound) {
    try {
      byte[] text = JsonText.compactBytes(bound);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("a JDK without SHA-256", impossible);
    }
  }

  private static Optional<String> text(JsonObject fact, String name) {
    return fact.get(name).flatMap(Json::asString);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }
}
