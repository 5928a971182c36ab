package dev.assayer.e2e;

import static dev.assayer.e2e.Shop.pinned;
import static dev.assayer.e2e.Shop.ran;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Admin.Result;
import dev.assayer.samples.PushedImage;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * One life of one installation by Helm that asks a Notary, in little time: what CI runs on a node.
 * Each test goes on where the one before ended.
 */
@NeedsNode
@EnabledIfSystemProperty(
    named = "os.arch",
    matches = "amd64|x86_64",
    disabledReason = "the program of the signed image is for amd64")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterLifeTest {
  private final NodeRig rig = NodeRig.shared();
  private final Admin admin = rig.admin();
  private final Upstream upstream = rig.upstream();
  private final ReleaseChecks release = new ReleaseChecks(rig);
  private final Shop shop = new Shop(rig);
  private final PushedImage signed = upstream.push("life", "signed");
  private final String image = upstream.repository() + ":life";
  private final String unsigned = upstream.repository() + ":stray";
  private final String notary = upstream.values(rig.cluster().hostAddress());

  @BeforeAll
  void open() {
    upstream.push("stray", "nobody has signed it");
    upstream.sign("life", signed);
    shop.open();
    shop.deploy("old", 0, unsigned);
  }

  @AfterAll
  void close() {
    admin.cluster("annihilate", Map.of("TIMEOUT", NodeRig.HELM));
    shop.close();
  }

  @Test
  @Order(1)
  void installedByHelmReplicasAreReadyBeforeTheWebhookBegins() {
    admin.cluster("install", rig.settings(notary, NodeRig.HELM));

    release.replicasWereReadyBeforeTheWebhook();
  }

  @Test
  @Order(2)
  void aSignedImageRunsByTheDigestThatWasSigned() {
    upstream.registry().clearRequests();

    shop.deploy("web", 1, image);

    assertThat(shop.awaitRunning("web", 1)).containsExactly(ran(image, signed));
    assertThat(shop.image("web")).isEqualTo(pinned(image, signed));
    assertThat(upstream.registry().requests())
        .as("what the node pulled: by digest, never by the tag")
        .anyMatch(line -> line.endsWith("/manifests/" + signed.digest()))
        .noneMatch(line -> line.endsWith("/manifests/life"));
  }

  @Test
  @Order(3)
  void anUnsignedOneIsDeniedAndNoPodOfItEverAppears() {
    upstream.registry().clearRequests();

    assertUnsignedIsDenied();
    shop.kubectl("scale", "deployment", "old", "--replicas=1");

    assertThat(shop.awaitWarning("assayer ")).contains("old-", "tag_not_signed", unsigned);
    assertThat(shop.kubectl("get", "pods", "-o", "name").lines())
        .isNotEmpty()
        .allMatch(pod -> pod.startsWith("pod/web-"));
    assertThat(upstream.registry().requests()).as("nothing was pulled").isEmpty();
  }

  @Test
  @Order(4)
  void helmTestPasses() {
    // A node of the tests has no cluster DNS, so the Service goes by its address.
    String address = rig.field("service/assayer-admin", ".spec.clusterIP");
    String port = rig.field("service/assayer-admin", ".spec.ports[0].port");
    String tests = "tests: {adminUrl: \"http://%s:%s\"}\n".formatted(address, port);
    admin.cluster("upgrade", rig.settings(notary + tests, NodeRig.HELM));

    String said =
        admin.helm("test", "assayer", "--namespace", NodeRig.NAMESPACE, "--timeout", NodeRig.HELM);

    assertThat(said).contains("TEST SUITE:", "assayer-test", "Succeeded");
  }

  @Test
  @Order(5)
  void anUpgradeThatCannotStartLeavesTheOldPodsServing() {
    release.anUpgradeThatCannotStartLeavesTheOldPodsServing("");

    assertUnsignedIsDenied();
    shop.deploy("again", 1, image);
    assertThat(shop.awaitRunning("again", 1)).containsExactly(ran(image, signed));
  }

  @Test
  @Order(6)
  void annihilateRemovesTheFailedUpgradeAndWhatRunsStays() {
    admin.cluster("annihilate", Map.of("TIMEOUT", NodeRig.HELM));

    release.nothingIsLeft();
    release.podsAreFree();
    assertThat(shop.awaitRunning("web", 1)).containsExactly(ran(image, signed));
  }

  @Test
  @Order(7)
  void annihilateFreesAClusterFromABrokenInstallation() {
    release.annihilateFreesAClusterFromABrokenInstallation();
  }

  private void assertUnsignedIsDenied() {
    Result run = admin.tryKubectl(Shop.run("evil", unsigned));
    assertThat(run.fine()).isFalse();
    assertThat(run.text()).contains("mutate.assayer.dev", "tag_not_signed", unsigned);
  }
}
