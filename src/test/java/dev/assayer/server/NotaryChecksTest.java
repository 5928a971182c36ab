package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.Assayer;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import dev.assayer.testing.TestCa;
import dev.assayer.time.Deadline;
import dev.assayer.validation.UpstreamProbe;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of the gate, at the real pace on a clock that the test moves. */
class NotaryChecksTest {
  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
  private static final TestCa CA = new TestCa("authority");

  private final AtomicLong now = new AtomicLong();
  private final Map<String, Fake> fakes = new LinkedHashMap<>();
  private Optional<Assayer> assayer = Optional.empty();
  private Optional<String> emergency = Optional.empty();
  private final NotaryChecks checks =
      new NotaryChecks(
          () -> assayer.orElseThrow(),
          () -> emergency,
          new Metrics(),
          new Traces(),
          CheckTimes.STANDARD,
          () -> START.plusNanos(now.get()),
          now::get,
          Runnable::run);

  /** A Notary that answers when told to. */
  private static final class Fake implements Validator, UpstreamProbe {
    private final String name;
    private BooleanSupplier up = () -> true;
    private Optional<Instant> date = Optional.empty();
    private boolean suspended;
    private int asked;

    Fake(String name) {
      this.name = name;
    }

    @Override
    public ValidatorRef ref() {
      return new ValidatorRef(name, "notaryV1", name + ".example");
    }

    @Override
    public ValidationResult validate(
        ValidationRequest request, StageLog stages, Deadline deadline) {
      return new ValidationResult.Refused(Reason.INTERNAL_ERROR, "not asked");
    }

    @Override
    public Optional<UpstreamProbe> probe() {
      return Optional.of(this);
    }

    @Override
    public Result probe(Deadline deadline) {
      asked++;
      assertThat(deadline.budget()).isEqualTo(Duration.ofSeconds(4));
      return new Result(up.getAsBoolean(), "it said so", date);
    }

    @Override
    public boolean suspended() {
      return suspended;
    }
  }

  private void configure(String more, String... names) {
    List<String> hosts = new ArrayList<>();
    Map<String, Validator> validators = new LinkedHashMap<>();
    for (String name : names) {
      Fake fake = fakes.computeIfAbsent(name, Fake::new);
      validators.put("v" + hosts.size(), fake);
      hosts.add(name + ".example");
    }
    String yaml = names.length == 0 ? "" : HealthRig.validators(CA, hosts);
    assayer =
        Optional.of(
            new Assayer(
                HealthRig.config(yaml + more + "\npolicy: [{pattern: '*:*', verify: false}]\n"),
                HealthRig.environment(),
                validators));
  }

  private boolean ready() {
    return checks.readiness().holds();
  }

  /** Lets time pass in ticks of a quarter second; counts the changes of the gate. */
  private int pass(Duration time) {
    int changes = 0;
    boolean before = ready();
    for (long end = now.get() + time.toNanos(); now.get() < end; ) {
      now.addAndGet(Duration.ofMillis(250).toNanos());
      checks.tick();
      changes += ready() == before ? 0 : 1;
      before = ready();
    }
    return changes;
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void readinessWaitsForTheFirstCheckAndLivenessDoesNot() {
    configure("", "a");
    assertThat(ready()).isFalse();
    assertThat(checks.liveness().holds()).isTrue();
    checks.tick();
    assertThat(ready()).isTrue();
    assertThat(checks.readiness().detail()).contains("a up since", "it said so");
  }

  @Test
  void aNotaryThatIsDownAtTheStartKeepsTheReplicaUnreadyUntilItAnswers() {
    configure("", "a");
    fakes.get("a").up = () -> false;
    checks.tick();
    assertThat(ready()).isFalse();
    assertThat(checks.liveness().holds()).isFalse();
    fakes.get("a").up = () -> true;
    pass(seconds(5));
    assertThat(ready()).isTrue();
  }

  @Test
  void oneOrTwoFailedChecksChangeNothingAndAThirdDoes() {
    configure("", "a");
    pass(seconds(60));
    fakes.get("a").up = () -> false;
    pass(seconds(9));
    assertThat(ready()).isTrue();
    pass(seconds(6));
    assertThat(ready()).isFalse();
    assertThat(checks.readiness().detail()).contains("a down since");
  }

  @Test
  void aWatchedOutageCountsNoFasterThanAQuietOne() {
    configure("", "a");
    pass(seconds(60));
    fakes.get("a").up = () -> false;
    fakes.get("a").suspended = true;
    int asked = fakes.get("a").asked;
    pass(seconds(7));
    assertThat(fakes.get("a").asked - asked).isGreaterThanOrEqualTo(6);
    assertThat(ready()).isTrue();
    pass(seconds(8));
    assertThat(ready()).isFalse();
  }

  @Test
  @DisplayName("I6 an outage and its end are told within 30 s wherever the last change was")
  void theTruthIsToldWithin30Seconds() {
    for (int offset = 0; offset <= 40; offset += 5) {
      configure("", "a");
      fakes.get("a").up = () -> true;
      pass(seconds(100 + offset));
      assertThat(ready()).isTrue();
      fakes.get("a").up = () -> false;
      pass(seconds(30));
      assertThat(ready()).as("down for 30 s").isFalse();
      pass(seconds(offset));
      fakes.get("a").up = () -> true;
      pass(seconds(30));
      assertThat(ready()).as("up for 30 s").isTrue();
    }
  }

  @Test
  @DisplayName("UPS-13 a Notary that flaps every 10 s moves readiness at most once in 30 s")
  void flappingIsDamped() {
    configure("", "a");
    pass(seconds(30));
    fakes.get("a").up = () -> now.get() / seconds(10).toNanos() % 2 == 0;
    assertThat(pass(seconds(600))).isLessThanOrEqualTo(20);
    fakes.get("a").up = () -> now.get() / seconds(17).toNanos() % 2 == 0;
    int changes = 0;
    for (int i = 0; i < 40; i++) {
      int within = pass(seconds(29));
      assertThat(within).isLessThanOrEqualTo(1);
      changes += within + pass(seconds(4));
    }
    assertThat(changes).as("this flapping is slow enough to be seen").isGreaterThan(4);
  }

  @Test
  void theGateClosesWhenAllAreDownAndWithAnyWhenOneIs() {
    configure("", "a", "b");
    pass(seconds(60));
    fakes.get("a").up = () -> false;
    pass(seconds(20));
    assertThat(ready()).isTrue();
    configure("readiness: {notary: any}", "a", "b");
    pass(seconds(1));
    assertThat(ready()).isFalse();
    assertThat(checks.readiness().gating()).isTrue();
    configure("readiness: {notary: report}", "a", "b");
    fakes.get("b").up = () -> false;
    pass(seconds(60));
    assertThat(ready()).isFalse();
    assertThat(checks.readiness().gating()).isFalse();
  }

  @Test
  void withoutAHealthCheckNobodyIsAskedAndTheTermHolds() {
    configure("");
    checks.tick();
    assertThat(ready()).isTrue();
    assertThat(checks.readiness().detail()).isEqualTo("no validator has a health check");
  }

  @Test
  void aReloadKeepsWhatIsKnownAndANewNotaryIsGivenItsThreeChecks() {
    configure("", "a");
    pass(seconds(60));
    fakes.computeIfAbsent("new", Fake::new).up = () -> false;
    configure("readiness: {notary: any}", "a", "new");
    pass(seconds(6));
    assertThat(ready()).isTrue();
    pass(seconds(10));
    assertThat(ready()).isFalse();
  }

  @Test
  @DisplayName("UPS-11 a clock that is an hour off is told as a condition and leaves readiness")
  void aWrongClockIsReported() {
    configure("", "a");
    fakes.get("a").date = Optional.of(START);
    checks.tick();
    assertThat(checks.clock().holds()).isTrue();
    fakes.get("a").date = Optional.of(START.minus(Duration.ofHours(1)));
    pass(seconds(6));
    assertThat(checks.clock().holds()).isFalse();
    assertThat(checks.clock().gating()).isFalse();
    assertThat(checks.clock().detail()).contains("a.example by 360");
    assertThat(ready()).isTrue();
    fakes.get("a").date = Optional.of(START.plusNanos(now.get()).plus(Duration.ofHours(1)));
    pass(seconds(6));
    assertThat(checks.clock().holds()).isFalse();
    fakes.get("a").date = Optional.of(START.plusNanos(now.get()));
    pass(seconds(6));
    assertThat(checks.clock().holds()).isTrue();
  }

  @Test
  void aCheckThatThrowsIsAFailedCheckAndNotTheEndOfChecking() {
    configure("", "a");
    fakes.get("a").up =
        () -> {
          throw new IllegalStateException("broken");
        };
    checks.tick();
    assertThat(ready()).isFalse();
    fakes.get("a").up = () -> true;
    pass(seconds(6));
    assertThat(ready()).isTrue();
  }

  @Test
  @DisplayName("a fleet with grace, or in an emergency, does not leave service with its Notary")
  void theGateOnlyReportsWhileSomethingIsAdmittedWithoutANotary() {
    configure("", "a");
    pass(seconds(60));
    fakes.get("a").up = () -> false;
    pass(seconds(20));
    assertThat(checks.readiness().holds()).isFalse();
    assertThat(checks.readiness().gating()).isTrue();
    emergency = Optional.of("break-glass hotfix is in force");
    assertThat(checks.readiness().holds()).isFalse();
    assertThat(checks.readiness().gating()).isFalse();
    assertThat(checks.readiness().detail())
        .contains("a down since")
        .endsWith("; only reported, since break-glass hotfix is in force");
    emergency = Optional.empty();
    assertThat(checks.readiness().gating()).isTrue();
  }
}
