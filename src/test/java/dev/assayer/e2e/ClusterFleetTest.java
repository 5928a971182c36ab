package dev.assayer.e2e;

import static dev.assayer.e2e.ScenarioCluster.SHOP;
import static dev.assayer.e2e.ScenarioCluster.SIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.e2e.Kubectl.Said;
import dev.assayer.samples.DemoCa;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsRealNotary;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to replicas, certificates, the Notary and the webhook objects while users work. */
@NeedsControlPlane
@NeedsRealNotary
@Timeout(120)
class ClusterFleetTest {
  private final ScenarioCluster cluster = ScenarioCluster.shared();
  private final List<Replica> both = cluster.replicas();

  private void serveAll() {
    cluster.service().to(both.toArray(Replica[]::new));
  }

  @Test
  @DisplayName(
      "OPS-09: under load a replica that ends fails no admission, and one that dies only what it held")
  void replicasComeAndGoUnderLoad() {
    Replica ending = cluster.replica("ending", cluster.policy(""));
    Replica dying = cluster.replica("dying", cluster.policy(""));
    Await.until("ready", () -> ending.server().ready() && dying.server().ready());
    cluster.service().to(both.getFirst(), ending, dying);
    try (CreateLoad load = new CreateLoad(cluster, 4)) {
      Await.until(
          "all have work", () -> !ending.decisions().isEmpty() && !dying.decisions().isEmpty());
      assertThat(ending.terminate()).as("all that had begun was answered").isTrue();
      load.more();
      assertThat(load.wrong()).as("ended in order").isEmpty();

      cluster.service().cut(dying);
      load.more();
      List<CreateLoad.Created> lost = load.wrong();
      assertThat(lost)
          .as("no more than was under way to it")
          .hasSizeLessThanOrEqualTo(load.users())
          .allMatch(one -> one.told().message().contains("failed calling webhook"));
      load.more();
      assertThat(load.wrong()).as("nothing after that").hasSameSizeAs(lost);
      dying.close();
    } finally {
      serveAll();
    }
  }

  @Test
  void theAuthorityAndAllCertificatesAreReplacedUnderLoad() {
    DemoCa before = cluster.ca();
    DemoCa after = DemoCa.create();
    try (CreateLoad load = new CreateLoad(cluster, 2)) {
      cluster.applyWebhook(before.pem() + after.pem());
      cluster.ca(after);
      both.forEach(one -> one.show(cluster.identity()));
      both.forEach(one -> Await.until("the new certificate", () -> one.shows(after)));
      load.more();
      // The API server makes new connections for a new bundle, which vouches for the new alone.
      assertThat(cluster.applyWebhook()).contains("MutatingWebhookConfiguration assayer patched");
      load.more();
      load.more();

      assertThat(load.wrong()).isEmpty();
    }
  }

  @Test
  void withoutItsNotaryADenialNamesItAndAfterwardsAllIsWellByItself() {
    Kubectl kubectl = cluster.namespace("outage");
    Replica alone = cluster.replica("alone", cluster.standbyOnly());
    Await.until("ready", alone.server()::ready);
    cluster.standby().stop();
    try {
      assertThat(kubectl.say("run a --image=" + SHOP).text())
          .contains("denied " + SHOP + " [upstream_unreachable]", cluster.standby().baseHost());
      kubectl.ok("run b --image=" + SIGNED);
      Await.until("not ready", () -> !alone.server().ready());
      assertThat(alone.page("/health/ready")).contains(cluster.standby().baseHost());
      assertThat(both).as("their other Notary is up").allMatch(one -> one.server().ready());
    } finally {
      cluster.standby().start();
    }

    Await.until("ready again", alone.server()::ready);
    Await.until("admitted", () -> kubectl.say("run a --image=" + SHOP).fine());
    alone.close();
  }

  @Test
  void aTamperedWebhookIsToldAndADeletedOneTakesReadinessUntilItIsBack() {
    Kubectl kubectl = cluster.namespace("tampered");
    kubectl.ok(
        "patch",
        "validatingwebhookconfiguration",
        "assayer",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/webhooks/0/failurePolicy\",\"value\":\"Ignore\"}]");
    both.forEach(one ->
        Await.until(
            "drift",
            () ->
                one.page("/metrics")
                    .contains("assayer_webhook_config_drift{field=\"failurePolicy\"} 1.0")));
    assertThat(both).allMatch(one -> one.server().ready());

    kubectl.ok("delete mutatingwebhookconfiguration assayer");
    both.forEach(one -> Await.until("not ready", () -> !one.server().ready()));
    assertThat(both.getFirst().page("/health/ready")).contains("the webhook was deleted");

    assertThat(cluster.applyWebhook())
        .contains("MutatingWebhookConfiguration assayer created")
        .contains("ValidatingWebhookConfiguration assayer patched");
    both.forEach(one -> Await.until("ready", one.server()::ready));
    both.forEach(one ->
        assertThat(one.page("/metrics"))
            .contains("assayer_webhook_config_drift{field=\"failurePolicy\"} 0.0"));
    Await.until(
        "enforced",
        () -> {
          Said said = kubectl.say("run a --dry-run=server --image=" + ScenarioCluster.UNSIGNED);
          return said.text().contains("[tag_not_signed]");
        });
  }
}
