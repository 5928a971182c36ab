package dev.assayer.server;

import static dev.assayer.server.RunningRig.GOOD;
import static dev.assayer.server.RunningRig.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.NamespaceSource;
import dev.assayer.cluster.PolicyReport;
import dev.assayer.cluster.PolicyReport.Result;
import dev.assayer.decision.Reason;
import dev.assayer.telemetry.Metrics;
import dev.assayer.testing.LogCapture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When running images are looked at, and what is told of it. */
class ReverificationTest {
  private static final String ON =
      """
      reverification: {enabled: true, interval: 1h, policyReports: true}
      policy: [{pattern: '*:*'}]
      """;

  private final Fake fleet = new Fake();
  private final Metrics metrics = new Metrics();
  private final AtomicLong now = new AtomicLong();
  private final LogCapture log = LogCapture.of(Reverification.class.getName());
  private RunningRig rig = new RunningRig(ON);
  private Generation current = new Generation(rig.assayer, 1, now::get);
  private final Reverification again =
      new Reverification(
          fleet,
          () -> {
            var _ = current.enter();
            return new Lease(current);
          },
          metrics.guard(),
          () -> Instant.ofEpochSecond(1_800_000_000),
          now::get);

  @AfterEach
  void close() {
    log.close();
  }

  private final class Fake implements Reverification.Fleet {
    private boolean stands;
    private boolean leads = true;
    private int looks;
    private Optional<String> unread = Optional.empty();
    private String toldAtTheEnd = "";
    private final List<List<PolicyReport>> reports = new ArrayList<>();

    @Override
    public void stand() {
      stands = true;
    }

    @Override
    public void withdraw() {
      toldAtTheEnd = gauge("untrusted");
      stands = false;
    }

    @Override
    public boolean leads() {
      return stands && leads;
    }

    @Override
    public RunningCheck.Source pods() {
      looks++;
      return unread.isPresent() ? _ -> unread : rig.source();
    }

    @Override
    public NamespaceSource namespaces() {
      return name ->
          name.equals("free") ? Optional.of(Map.of("assayer.dev/ignore", "")) : Optional.empty();
    }

    @Override
    public String home() {
      return "assayer";
    }

    @Override
    public void publish(List<PolicyReport> made) {
      reports.add(made);
    }
  }

  private void configure(String yaml, long number) {
    RunningRig before = rig;
    rig = new RunningRig(yaml);
    rig.pods.addAll(before.pods);
    rig.answers.putAll(before.answers);
    current = new Generation(rig.assayer, number, now::get);
  }

  private void later(Duration by) {
    now.addAndGet(by.toNanos());
    again.tick();
  }

  private String gauge(String state) {
    return new String(metrics.scrape(Optional.empty()).body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("assayer_running_images{state=\"" + state + "\"}"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElse("absent");
  }

  private String value(String name) {
    return new String(metrics.scrape(Optional.empty()).body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElse("absent");
  }

  private List<String> warnings() {
    return log.records().stream()
        .filter(entry -> entry.getLevel().equals(java.util.logging.Level.WARNING))
        .map(ReverificationTest::text)
        .toList();
  }

  private static String text(LogRecord entry) {
    return new java.text.MessageFormat(entry.getMessage(), java.util.Locale.ROOT)
        .format(entry.getParameters());
  }

  private void mixture() {
    rig.answers.put("a.example/app:1", RunningRig.trusted(GOOD));
    rig.answers.put("a.example/slow:1", RunningRig.refused(Reason.UPSTREAM_TIMEOUT));
    rig.run("shop", "good", "a.example/app:1@" + GOOD, "a.example/app@" + GOOD);
    rig.run("shop", "moved", "a.example/app:1@" + GOOD, "a.example/app@" + OTHER);
    rig.run("shop", "evil", "a.example/evil:1", "a.example/evil@" + GOOD);
    rig.run("shop", "slow", "a.example/slow:1", "a.example/slow@" + GOOD);
    rig.run("till", "bare", "a.example/app:1", "a.example/app@" + GOOD);
    rig.run("free", "evil", "a.example/evil:1", "a.example/evil@" + GOOD);
    rig.run("assayer", "assayer", "a.example/evil:1", "a.example/evil@" + GOOD);
  }

  @Test
  void theLeaderTellsOfAllImagesAndWhoDoesNotLeadOfNone() {
    mixture();
    fleet.leads = false;
    again.tick();
    assertThat(fleet.stands).isTrue();
    assertThat(gauge("untrusted")).isEqualTo("0.0");

    fleet.leads = true;
    again.tick();
    assertThat(gauge("trusted")).isEqualTo("1.0");
    assertThat(gauge("untrusted")).isEqualTo("2.0");
    assertThat(gauge("unverifiable")).isEqualTo("1.0");
    assertThat(gauge("never_seen")).isEqualTo("1.0");
    assertThat(value("assayer_running_images_checked_timestamp_seconds")).isEqualTo("1.8E9");

    fleet.leads = false;
    again.tick();
    for (String state : List.of("trusted", "untrusted", "unverifiable", "never_seen")) {
      assertThat(gauge(state)).as(state).isEqualTo("0.0");
    }
    assertThat(value("assayer_running_images_checked_timestamp_seconds")).isEqualTo("0.0");
  }

  @Test
  void eachNewUntrustedImageIsToldOnce() {
    mixture();
    again.tick();
    assertThat(warnings())
        .hasSize(2)
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("untrusted image runs: \"a.example/evil:1\"")
                .contains("Pod shop/evil, container app")
                .contains("[tag_not_signed] for the test"))
        .anySatisfy(line -> assertThat(line).contains("[digest_mismatch] runs " + OTHER));
    later(Duration.ofHours(1));
    assertThat(fleet.looks).isEqualTo(2);
    assertThat(warnings()).hasSize(2);
    rig.run("shop", "evil2", "a.example/evil:1", "a.example/evil@" + GOOD);
    later(Duration.ofHours(1));
    assertThat(warnings()).hasSize(3);
  }

  @Test
  void aFloodOfUntrustedImagesIsNoFloodOfLines() {
    for (int i = 0; i < 300; i++) {
      rig.run("shop", "p" + i, "a.example/evil:1", "a.example/evil@" + GOOD);
    }
    again.tick();
    assertThat(warnings())
        .hasSize(21)
        .last()
        .asString()
        .isEqualTo("and 280 more untrusted images run");
  }

  @Test
  void itLooksAgainAfterTheIntervalAndSoonerAfterAnOutage() {
    mixture();
    again.tick();
    later(Duration.ofMinutes(59));
    assertThat(fleet.looks).isEqualTo(1);
    later(Duration.ofMinutes(1));
    assertThat(fleet.looks).isEqualTo(2);

    for (int i = 0; i < 3; i++) {
      rig.answers.put("a.example/out:" + i, RunningRig.refused(Reason.UPSTREAM_UNREACHABLE));
      rig.run("shop", "out" + i, "a.example/out:" + i, "a.example/out@" + GOOD);
    }
    later(Duration.ofHours(1));
    later(Duration.ofMinutes(5));
    assertThat(fleet.looks).isEqualTo(4);
  }

  @Test
  void aNewPolicyIsAppliedToWhatRunsAtOnce() {
    mixture();
    again.tick();
    assertThat(gauge("untrusted")).isEqualTo("2.0");
    configure(ON + "revoked: {digests: ['" + GOOD + "']}", 2);
    later(Duration.ofSeconds(1));
    assertThat(fleet.looks).isEqualTo(2);
    assertThat(gauge("trusted")).isEqualTo("0.0");
  }

  @Test
  void switchedOffItStandsNoMoreAndItsSamplesAreGone() {
    mixture();
    again.tick();
    configure("policy: [{pattern: '*:*'}]", 2);
    later(Duration.ofSeconds(1));
    assertThat(fleet.stands).isFalse();
    assertThat(fleet.toldAtTheEnd).as("when another one may lead").isEqualTo("0.0");
    assertThat(gauge("untrusted")).isEqualTo("0.0");
    configure(ON, 3);
    later(Duration.ofSeconds(1));
    assertThat(gauge("untrusted")).isEqualTo("2.0");
  }

  @Test
  void whatCannotBeReadLeavesTheLastLookAndIsToldOnce() {
    mixture();
    again.tick();
    fleet.unread = Optional.of("RBAC does not allow to list pods");
    later(Duration.ofHours(1));
    later(Duration.ofMinutes(5));
    assertThat(fleet.looks).isEqualTo(3);
    assertThat(gauge("untrusted")).isEqualTo("2.0");
    assertThat(warnings().stream().filter(line -> line.contains("RBAC does not allow"))).hasSize(1);
  }

  @Test
  void theReportOfANamespaceCountsAllAndNamesWhatIsNotTrusted() {
    mixture();
    again.tick();
    List<PolicyReport> reports = fleet.reports.getFirst();
    assertThat(reports).extracting(PolicyReport::namespace).containsExactly("shop", "till");
    PolicyReport shop = reports.getFirst();
    assertThat(shop.counts())
        .containsEntry(Result.PASS, 1)
        .containsEntry(Result.FAIL, 2)
        .containsEntry(Result.ERROR, 1);
    assertThat(shop.results())
        .extracting(line -> line.subject().name())
        .containsExactly("evil", "moved", "slow");
    assertThat(reports.getLast().counts()).containsOnly(Map.entry(Result.WARN, 1));
  }

  @Test
  void aReportIsBoundedAndHasTheWorst() {
    rig.answers.put("a.example/slow:1", RunningRig.refused(Reason.UPSTREAM_TIMEOUT));
    for (int i = 0; i < 150; i++) {
      rig.run("shop", "s" + i, "a.example/slow:1", "a.example/slow@" + GOOD);
      rig.run("shop", "e" + i, "a.example/evil:1", "x".repeat(5000));
    }
    again.tick();
    PolicyReport report = fleet.reports.getFirst().getFirst();
    assertThat(report.results()).hasSize(RunningReports.MOST_LINES);
    assertThat(report.results().subList(0, 150))
        .allSatisfy(line -> assertThat(line.result()).isEqualTo(Result.FAIL));
    assertThat(report.results())
        .allSatisfy(line -> assertThat(line.running()).hasSizeLessThan(700));
  }
}
