package dev.assayer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.DemoCa;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsRealNotary;
import dev.assayer.testing.NeedsValkey;
import dev.assayer.testing.RealValkey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hundreds of workloads of every kind, by many users at once, while replicas, certificates, Notary
 * and shared state are killed and rotated. Nothing unsigned ever comes in, what comes in is pinned
 * to what was signed, and while one replica and the Notary are up nothing signed is denied.
 */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterMassTest {
  private static final int USERS = 20;
  private static final long REST_MILLIS = 300;

  /** As the process does in a cluster, when it is told to end. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private static final String ALL =
      "pods,deployments,statefulsets,daemonsets,replicasets,jobs,cronjobs";

  private final ScenarioCluster cluster = ScenarioCluster.shared();
  private final NotaryServer notary = NotaryServer.start(DemoCa.create().identity());
  private final Mass mass = new Mass();
  private final Kubectl kubectl = cluster.namespace("mass");
  private final List<Replica> all = new ArrayList<>();

  /** The first requests of a cold process are for nobody's patience. */
  @BeforeEach
  void serve() {
    mass.repositories().forEach(notary::add);
    for (int i = 0; i < 5; i++) {
      kubectl.ok("run", "warm-" + i, "--image=" + ScenarioCluster.SIGNED, "--dry-run=server");
    }
  }

  @AfterEach
  void giveBack() {
    cluster.service().to(cluster.replicas().toArray(Replica[]::new));
    all.forEach(Replica::close);
    notary.close();
    kubectl.ok("delete", "namespace", kubectl.namespace(), "--wait=false");
  }

  private String policy(String state) {
    String validator =
        ScenarioCluster.validator("mass", notary.baseHost(), notary.caPem(), mass.rootPem())
            .replace("    type: notaryV1\n", "    type: notaryV1\n    allowUnboundRoot: true\n");
    return state
        + cluster.policy("").replace("validators:\n", "validators:\n" + validator)
        + "  - {pattern: \"registry.example/mass/*:*\", validator: mass}\n";
  }

  /** One more replica that remembers nothing of its own. */
  private Replica started(String policy) {
    Replica made = cluster.replica(kubectl.namespace() + "-" + all.size(), policy);
    all.add(made);
    Await.until("ready", made.server()::ready);
    return made;
  }

  private Path key() throws IOException {
    return Files.writeString(
        cluster.directory().resolve(kubectl.namespace() + ".key"), "k".repeat(64));
  }

  @Test
  @DisplayName("OPS-09: replicas, certificates and ConfigMaps are killed and rotated under load")
  void replicasCertificatesAndConfigMaps() throws Exception {
    String policy = policy("state: {type: kubernetes, hmacKeyFile: " + key() + "}\n");
    SharedMarks marks = new SharedMarks(cluster.own(), cluster.plane());
    Replica first = started(policy);
    Replica second = started(policy);
    Replica third = started(policy);
    cluster.service().to(first, second, third);
    try (MassLoad load = new MassLoad(cluster, kubectl.namespace(), USERS, REST_MILLIS)) {
      load.more();
      assertThat(load.wrong()).as("quiet").isEmpty();

      String early = marks.now();
      mass.publish();
      load.more();
      marks.forge();
      load.more();
      marks.lose();
      load.more();
      mass.publish();
      marks.putBack(early);
      load.more();
      assertThat(load.wrong()).as("shared state forged, lost, and put back").isEmpty();

      assertThat(first.server().stop(LINGER)).isTrue();
      load.more();
      Replica fourth = started(policy);
      cluster.service().to(second, third, fourth);
      load.more();
      assertThat(load.wrong()).as("one ended, another began").isEmpty();

      renewCertificates(load, second, third, fourth);
      assertThat(load.wrong()).as("new authority, new certificates").isEmpty();

      cluster.service().cut(second);
      cluster.service().cut(third);
      second.close();
      third.close();
      load.more();
      List<MassLoad.Answer> lost = load.wrong();
      assertThat(lost)
          .as("no more than was under way to the dead ones")
          .hasSizeLessThanOrEqualTo(load.users())
          .allMatch(MassLoad.Answer::lost);
    }
    assertNothingElseIsThere();
    assertThat(deniedThoughSigned()).as("by any replica, for controllers too").isEmpty();
  }

  @Test
  @DisplayName("OPS-09: hundreds at the same instant meet one replica, before and after an outage")
  void crowdsAndTheNotary() throws Exception {
    String policy = policy("state: {type: kubernetes, hmacKeyFile: " + key() + "}\n");
    cluster.service().to(started(policy));
    Instant down;
    Instant up;
    try (MassLoad load = new MassLoad(cluster, kubectl.namespace(), USERS, REST_MILLIS)) {
      load.more();
      load.rush(300);
      assertThat(load.wrong()).as("300 at once for one replica").isEmpty();

      down = Instant.now();
      notary.stop();
      load.more();
      mass.publish();
      notary.start();
      // The first calls after it are those that find that it is back.
      String again = "run again --dry-run=server --image=" + Mass.workload(0).images().getFirst();
      Await.until("asked again", () -> kubectl.say(again).fine());
      up = Instant.now();
      load.more();
      load.rush(300);
      assertThat(load.admitted()).isGreaterThan(300);
      assertThat(load.wrong()).as("an outage denies, and admits nothing").isNotEmpty();
      assertThat(load.wrong()).as("the Notary is back").noneMatch(one -> one.begun().isAfter(up));
    }
    assertNothingElseIsThere();
    assertThat(deniedThoughSigned())
        .as("by any replica, for controllers too, but while the Notary was away")
        .allMatch(one -> one.time().isAfter(down) && one.time().minus(one.took()).isBefore(up));
  }

  private void renewCertificates(MassLoad load, Replica... replicas) {
    DemoCa before = cluster.ca();
    DemoCa after = DemoCa.create();
    cluster.applyWebhook(before.pem() + after.pem());
    cluster.ca(after);
    List<Replica> serving =
        Stream.concat(cluster.replicas().stream(), Stream.of(replicas)).toList();
    serving.forEach(one -> one.show(cluster.identity()));
    serving.forEach(one -> Await.until("the new certificate", () -> one.shows(after)));
    load.more();
    cluster.applyWebhook();
    load.more();
  }

  @Test
  @NeedsValkey
  @DisplayName("OPS-01: Valkey hangs, dies, comes back empty and changes its password under load")
  void valkey() throws Exception {
    Path directory = Files.createDirectory(cluster.directory().resolve("valkey"));
    try (RealValkey valkey = RealValkey.start(directory)) {
      String policy =
          policy(
                  """
                  state:
                    type: valkey
                    uri: %s
                    passwordFile: %s
                    hmacKeyFile: %s
                    ca: |
                  %s\
                  """
                      .formatted(
                          valkey.uri(), valkey.passwordFile(), key(), valkey.caPem().indent(4)))
              .replace("timestampMaxAge: 0s", "timestampMaxAge: 1s");
      Replica first = started(policy);
      Replica second = started(policy);
      cluster.service().to(first, second);
      try (MassLoad load = new MassLoad(cluster, kubectl.namespace(), USERS, REST_MILLIS)) {
        valkey.freeze();
        mass.publish();
        load.more();
        valkey.thaw();
        load.more();
        assertThat(load.wrong()).as("it hung").isEmpty();

        valkey.stop();
        mass.publish();
        load.more();
        valkey.again();
        load.more();
        assertThat(load.wrong()).as("it died, and came back empty").isEmpty();

        valkey.changePassword();
        load.more();
        Replica third = started(policy);
        cluster.service().to(first, second, third);
        valkey.tellPassword();
        mass.publish();
        load.more();
        valkey.cli("flushall");
        load.more();
        assertThat(load.wrong()).as("another password, a new replica, a flush").isEmpty();
      }
      assertNothingElseIsThere();
      assertThat(deniedThoughSigned()).isEmpty();
    }
  }

  /** Nor did controllers bring anything in. */
  private void assertNothingElseIsThere() {
    String images = kubectl.ok("get", ALL, "-o", "jsonpath={.items[*]..image}");
    assertThat(images.split(" ")).hasSizeGreaterThan(100).allMatch(Mass::isPinned);
    assertThat(kubectl.ok("get", "pods", "-o", "name"))
        .as("controllers made pods")
        .contains("pod/deployment-", "pod/statefulset-", "pod/replicaset-", "pod/job-");
  }

  /** What any replica denied, of which every image is signed. */
  private List<Decision> deniedThoughSigned() {
    return all.stream()
        .flatMap(one -> one.decisions().stream())
        .filter(one -> one.outcome() != Outcome.ALLOWED)
        .filter(one -> one.images().stream().allMatch(image -> Mass.isSigned(image.requested())))
        .toList();
  }
}
