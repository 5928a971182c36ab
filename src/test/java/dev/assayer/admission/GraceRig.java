package dev.assayer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.Verdict;
import dev.assayer.image.Digest;
import dev.assayer.json.JsonObject;
import dev.assayer.state.InMemoryFacts;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.SharedFacts;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.ValidationResult.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Validators whose answers a test changes, a clock that it moves, and facts that it may read. */
final class GraceRig implements AutoCloseable {
  static final String IMAGE = "docker.io/acme/app:1";
  static final String GRACE = "grace: {maxAge: 6h}\n";
  static final String ONE = GRACE + "policy: [{pattern: '*:*'}]";
  static final Digest FIRST = FakeValidator.sha256("first");
  static final Digest SECOND = FakeValidator.sha256("second");
  static final ValidationResult SILENT =
      new Refused(Reason.UPSTREAM_UNREACHABLE, "notary.example took no connection");
  static final Instant EXPIRES = AdmissionRig.NOW.plus(Duration.ofDays(30));

  final Facts facts = new Facts();
  volatile Instant now = AdmissionRig.NOW;
  final Voice one = new Voice();
  final Voice other = new Voice();
  private final AdmissionRig rig;

  /** Remembers what was told, and can be lied to. */
  final class Facts implements SharedFacts {
    final List<JsonObject> told = new CopyOnWriteArrayList<>();
    volatile Optional<JsonObject> forged = Optional.empty();
    private final SharedFacts real = new InMemoryFacts(() -> now);

    @Override
    public Optional<JsonObject> find(Kind kind, String key) {
      return forged.isPresent() ? forged : real.find(kind, key);
    }

    @Override
    public void tell(Kind kind, String key, JsonObject fact, Instant until) {
      told.add(fact);
      real.tell(kind, key, fact, until);
    }

    @Override
    public void drop(Kind kind, String key) {
      real.drop(kind, key);
    }
  }

  /** What a validator says next. */
  static final class Voice {
    volatile ValidationResult result = trusted(FIRST, EXPIRES);
    volatile CountDownLatch hanging = new CountDownLatch(0);

    ValidationResult say(ValidationRequest request, StageLog stages, Deadline deadline) {
      try (StageLog.Span _ = stages.begin("timestamp", "notary.example")) {
        hanging.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      return result;
    }
  }

  GraceRig() {
    this(ONE);
  }

  GraceRig(String yaml) {
    rig = rig(yaml);
  }

  /** Another replica, or a later configuration, with the same facts. */
  AdmissionRig rig(String yaml) {
    return new AdmissionRig(
        yaml,
        _ ->
            new Environment(() -> now, "0.1.0", "assayer-0", 1)
                .remembering(new InMemoryTrustState(), facts),
        new FakeValidator("default", "notary.example", one::say),
        new FakeValidator("ci", "ci.example", other::say));
  }

  static ValidationResult trusted(Digest digest, Instant... expiries) {
    List<RoleTrust> chain =
        List.of(expiries).stream()
            .map(at -> new RoleTrust("timestamp", 1, at, 1, List.of(), "ef".repeat(32)))
            .toList();
    return new ValidationResult.Trusted(
        digest,
        List.of(),
        new TrustFacts(List.of("default"), chain, "fresh", Optional.empty(), false),
        List.of());
  }

  static void assertGrace(AdmissionRig.Outcome outcome, Digest digest) {
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.reason()).isEqualTo(Reason.GRACE);
    assertThat(outcome.decision().verdict()).isEqualTo(Verdict.EXEMPT);
    assertThat(outcome.image(0).digest()).contains(digest.text());
  }

  static void assertDenied(AdmissionRig.Outcome outcome, Reason reason) {
    assertThat(outcome.allowed()).as("%s", outcome.reason()).isFalse();
    assertThat(outcome.reason()).isEqualTo(reason);
  }

  AdmissionRig.Outcome create(String image) {
    return rig.review(AdmissionRig.createPod(image));
  }

  AdmissionRig.Outcome create() {
    return create(IMAGE);
  }

  AdmissionRig.Outcome create(Duration budget) {
    return rig.review(AdmissionRig.createPod(IMAGE), "mutate", Deadline.after(budget));
  }

  AdmissionRig.Outcome validate(String image) {
    return rig.review(AdmissionRig.createPod(image), "validate");
  }

  AdmissionRig.Outcome dryRun() {
    return rig.review(
        AdmissionRig.createPod(IMAGE).replace("'operation'", "'dryRun':true,'operation'"));
  }

  void later(Duration by) {
    now = now.plus(by);
  }

  @Override
  public void close() {
    one.hanging.countDown();
    other.hanging.countDown();
    rig.close();
  }
}
