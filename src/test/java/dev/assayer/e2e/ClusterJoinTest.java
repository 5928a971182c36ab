package dev.assayer.e2e;

import static dev.assayer.e2e.ScenarioCluster.SIGNED;
import static dev.assayer.e2e.ScenarioCluster.UNSIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.audit.AppendResult;
import dev.assayer.audit.AuditJoin;
import dev.assayer.audit.DecisionLog;
import dev.assayer.audit.JoinFinding;
import dev.assayer.audit.JoinFinding.Kind;
import dev.assayer.audit.JoinReport;
import dev.assayer.audit.LogObserver;
import dev.assayer.audit.LogSettings;
import dev.assayer.decision.Decision;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsRealNotary;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit join} against the audit log of a real API server. */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterJoinTest {
  private final ScenarioCluster cluster = ScenarioCluster.shared();

  @TempDir private Path dir;
  private Replica replica;
  private long begin;

  @BeforeEach
  void serve() throws IOException {
    String name = "joined-" + dir.getFileName();
    replica = cluster.replica(name, cluster.policy("audit: {directory: log}\n"));
    Await.until("ready", replica.server()::ready);
    cluster.service().to(replica);
    // Until the API server has no connection to the others any more.
    Kubectl warm = cluster.namespace("warm");
    Await.until(
        "asked",
        () -> {
          warm.say("run a" + replica.decisions().size() + " --image=" + UNSIGNED);
          return replica.decisions().size() > 2;
        });
    begin = Files.size(cluster.auditLog());
  }

  @AfterEach
  void serveAsBefore() {
    cluster.service().to(cluster.replicas().toArray(Replica[]::new));
    replica.close();
  }

  private Path log() {
    return cluster.directory().resolve("joined-" + dir.getFileName()).resolve("log");
  }

  /** What the API server wrote since the test began. */
  private Path kube() throws IOException {
    Path file = dir.resolve("kube.log");
    try (InputStream in = Files.newInputStream(cluster.auditLog())) {
      in.skipNBytes(begin);
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private JoinReport join(Path log) throws IOException {
    return join(kube(), log);
  }

  private static JoinReport join(Path kube, Path log) throws IOException {
    return AuditJoin.of(List.of(kube), List.of(log), Set.of(), false);
  }

  @Test
  void whatWasAdmittedDeniedRepeatedOrTriedOutIsTheSameInBothLogs() throws IOException {
    Kubectl kubectl = cluster.namespace("join");
    kubectl.ok("run good --image=" + SIGNED);
    kubectl.say("run bad --image=" + UNSIGNED);
    kubectl.ok("run dry --dry-run=server --image=" + SIGNED);
    kubectl.ok("label pod good tier=front");
    kubectl.ok("create deployment web --replicas=0 --image=" + SIGNED);
    assertThat(kubectl.say("create deployment web --image=" + SIGNED).fine()).isFalse();
    try (LaterWebhook later = new LaterWebhook(kubectl, "Never")) {
      later.rewrites(_ -> UNSIGNED);
      kubectl.say("run again --image=" + SIGNED);
    }
    JoinReport report = join(log());
    assertThat(report.findings()).isEmpty();
    assertThat(report.admissions()).isGreaterThanOrEqualTo(3);
    assertThat(report.joined()).isGreaterThanOrEqualTo(8);
    assertThat(report.callers()).containsExactly("anonymous");
  }

  @Test
  @DisplayName("AUD-R-1: a record that was removed and one that was planted are both named")
  void plantedAndRemoved() throws Exception {
    Kubectl kubectl = cluster.namespace("join");
    kubectl.ok("run first --image=" + SIGNED);
    plant(kubectl.namespace());
    Thread.sleep(700);
    kubectl.ok("run last --image=" + SIGNED);

    JoinReport planted = join(log());
    assertThat(planted.findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.kind()).isEqualTo(Kind.RECORD_WITHOUT_REQUEST);
          assertThat(finding.subject()).contains("Pod " + kubectl.namespace() + "/ghost");
          assertThat(finding.why()).contains("clientCaFile");
        });

    // Before the copy: controllers of other tests go on asking.
    Path kube = kube();
    Path thinned = without("last");
    assertThat(join(kube, thinned).findings())
        .extracting(JoinFinding::kind)
        .containsExactlyInAnyOrder(
            Kind.RECORD_WITHOUT_REQUEST, Kind.RECORD_MISSING, Kind.RECORD_MISSING);
    assertThat(join(kube, thinned).findings())
        .filteredOn(finding -> finding.kind() == Kind.RECORD_MISSING)
        .allSatisfy(finding ->
            assertThat(finding.subject()).startsWith("create pods").contains("/last by "));
  }

  @Test
  void whatIsAdmittedWhileTheWebhookIsAwayIsNamed() throws IOException {
    Kubectl kubectl = cluster.namespace("join");
    kubectl.ok("run before --image=" + SIGNED);
    kubectl.ok("delete mutatingwebhookconfiguration,validatingwebhookconfiguration assayer");
    try {
      Await.until("unguarded", () -> kubectl.say("run evil --image=" + UNSIGNED).fine());
    } finally {
      cluster.applyWebhook();
    }
    assertThat(join(log()).findings())
        .anySatisfy(finding -> {
          assertThat(finding.kind()).isEqualTo(Kind.ADMITTED_WITHOUT_RECORD);
          assertThat(finding.subject()).contains("create pods", "/evil by ");
        })
        .allMatch(finding -> finding.kind() == Kind.ADMITTED_WITHOUT_RECORD);
  }

  /** Somebody who reaches the port asks for a decision of a pod that never was. */
  private void plant(String namespace) throws Exception {
    String review =
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"ghost",
        "kind":{"group":"","version":"v1","kind":"Pod"},
        "resource":{"group":"","version":"v1","resource":"pods"},
        "operation":"CREATE","namespace":"%s","name":"ghost","userInfo":{"username":"root"},
        "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"ghost"},
        "spec":{"containers":[{"name":"c","image":"%s"}]}}}}
        """
            .formatted(namespace, SIGNED);
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(cluster.ca().clientContext()).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(replica.server().webhookAddress().resolve("/mutate"))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(review))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  /** A log that its owner made anew, without the records of this pod. */
  private Path without(String name) throws Exception {
    Path made = dir.resolve("thinned");
    LogSettings settings = new LogSettings(made, "assayer/e2e/thinned", Optional.empty(), true);
    try (DecisionLog log = DecisionLog.open(settings, new Deaf())) {
      for (Decision decision : replica.decisions()) {
        if (!decision.request().name().equals(name)) {
          String record = decision.logged().orElseThrow().record();
          assertThat(log.append(decision, record, false, Deadline.after(Duration.ofSeconds(5))))
              .isInstanceOf(AppendResult.Written.class);
        }
      }
    }
    return made;
  }

  private record Deaf() implements LogObserver {
    @Override
    public void written(int entries, Duration took) {}

    @Override
    public void failed(int entries) {}

    @Override
    public void dropped() {}

    @Override
    public void published(long size) {}

    @Override
    public void tampered() {}
  }
}
