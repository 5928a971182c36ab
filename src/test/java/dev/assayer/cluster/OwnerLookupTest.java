package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.OwnerSource.Claim;
import dev.assayer.cluster.OwnerSource.Found;
import dev.assayer.testing.NeedsControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class OwnerLookupTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Claim CLAIM = claim("apps/v1", "ReplicaSet", "web-1");

  private final FakeApi fake = new FakeApi();
  private final Observed observed = new Observed();
  private final OwnerLookup owners =
      new OwnerLookup(KubeApi.open(fake.access(), observed), observed);

  private static Claim claim(String apiVersion, String kind, String name) {
    return new Claim(apiVersion, kind, "shop", name, "uid-1");
  }

  private static String object(String metadata) {
    return "{\"metadata\":{" + metadata.replace('\'', '"') + "}}";
  }

  private static final String TRUE = "'uid':'uid-1','namespace':'shop','name':'web-1'";

  @AfterEach
  void stop() {
    fake.close();
  }

  @ParameterizedTest
  @CsvSource({
    "apps/v1, Deployment, /apis/apps/v1/namespaces/shop/deployments/a",
    "apps/v1, ReplicaSet, /apis/apps/v1/namespaces/shop/replicasets/a",
    "apps/v1, StatefulSet, /apis/apps/v1/namespaces/shop/statefulsets/a",
    "apps/v1, DaemonSet, /apis/apps/v1/namespaces/shop/daemonsets/a",
    "batch/v1, Job, /apis/batch/v1/namespaces/shop/jobs/a",
    "batch/v1, CronJob, /apis/batch/v1/namespaces/shop/cronjobs/a",
    "v1, ReplicationController, /api/v1/namespaces/shop/replicationcontrollers/a",
  })
  void everyKindIsAskedForAtItsPlace(String apiVersion, String kind, String path) {
    fake.answering(200, object("'uid':'uid-1','namespace':'shop','name':'a'"));
    assertThat(owners.find(claim(apiVersion, kind, "a"), SOON)).isInstanceOf(Found.Living.class);
    assertThat(fake.requests).containsExactly("GET " + path);
    assertThat(observed.owners).containsExactly("living");
  }

  @ParameterizedTest
  @DisplayName("ADM-11: an owner of a kind we do not know is not asked for")
  @CsvSource({
    "argoproj.io/v1alpha1, Rollout",
    "apps/v1, Job",
    "apps/v1beta1, Deployment",
    "v1, Node",
    "v1, Pod",
    "v1, Secret",
    "'', ReplicationController",
  })
  void anOwnerOfAnotherKindIsUnknown(String apiVersion, String kind) {
    assertThat(owners.find(claim(apiVersion, kind, "a"), SOON)).isInstanceOf(Found.Unknown.class);
    assertThat(fake.requests).isEmpty();
    assertThat(observed.owners).containsExactly("unknown");
  }

  @ParameterizedTest
  @DisplayName("ADM-11: a name that leads elsewhere is not asked for")
  @ValueSource(
      strings = {
        "",
        "..",
        ".",
        "../secrets/x",
        "a/b",
        "a%2fb",
        "a?x=y",
        "a#b",
        "A",
        "a b",
        "\u0000"
      })
  void aNameThatIsNoneIsRefutedUnasked(String name) {
    assertThat(owners.find(claim("apps/v1", "ReplicaSet", name), SOON))
        .isInstanceOf(Found.Refuted.class);
    assertThat(owners.find(claim("apps/v1", "ReplicaSet", "a".repeat(254)), SOON))
        .isInstanceOf(Found.Refuted.class);
    assertThat(owners.find(new Claim("apps/v1", "ReplicaSet", name, "a", "u"), SOON))
        .isInstanceOf(Found.Refuted.class);
    assertThat(fake.requests).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("ADM-11: another object under the name, or one that is being deleted, is no owner")
  @ValueSource(
      strings = {
        "'uid':'uid-2','namespace':'shop','name':'web-1'",
        "'namespace':'shop','name':'web-1'",
        "'uid':['uid-1'],'namespace':'shop','name':'web-1'",
        "'uid':'uid-1','namespace':'prod','name':'web-1'",
        "'uid':'uid-1','namespace':'shop','name':'web-2'",
        TRUE + ",'deletionTimestamp':'2026-11-22T00:00:00Z'",
        TRUE + ",'deletionTimestamp':''",
        TRUE + ",'deletionTimestamp':0",
      })
  void anObjectThatIsNotAsClaimedIsRefuted(String metadata) {
    fake.answering(200, object(metadata));
    assertThat(owners.find(CLAIM, SOON)).isInstanceOf(Found.Refuted.class);
    fake.answering(200, object(TRUE + ",'deletionTimestamp':null"));
    assertThat(owners.find(CLAIM, SOON)).isInstanceOf(Found.Living.class);
    assertThat(observed.owners).containsExactly("refuted", "living");
  }

  @Test
  void whatTheApiServerDoesNotSayIsUnknownAndOnlyItsAbsenceRefutes() {
    for (int status : new int[] {401, 403, 409, 429, 500, 503}) {
      fake.answering(status, "{}");
      assertThat(owners.find(CLAIM, SOON)).as("%d", status).isInstanceOf(Found.Unknown.class);
    }
    fake.answering(200, "[]");
    assertThat(owners.find(CLAIM, SOON)).isInstanceOf(Found.Unknown.class);
    fake.answering(404, "{}");
    assertThat(owners.find(CLAIM, SOON)).isInstanceOf(Found.Refuted.class);
    fake.close();
    assertThat(owners.find(CLAIM, SOON)).isInstanceOf(Found.Unknown.class);
  }

  @Test
  void anApiServerThatHangsIsWaitedForNoLongerThanAsked() {
    fake.hanging();
    long begun = System.nanoTime();
    assertThat(owners.find(CLAIM, Duration.ofMillis(200)))
        .isEqualTo(new Found.Unknown("no answer within 200 ms"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void whoAsksAtTheSameTimeSharesOneCallAndNothingIsRememberedAfterIt()
      throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    fake.answering((_, _) -> {
      gate.await();
      return new FakeApi.Reply(200, object(TRUE));
    });
    List<CompletableFuture<Found>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(
          CompletableFuture.supplyAsync(
              () -> owners.find(CLAIM, SOON), Thread::startVirtualThread));
    }
    Thread.sleep(300);
    gate.countDown();
    assertThat(asked).allMatch(one -> one.join() instanceof Found.Living);
    assertThat(fake.requests).hasSize(1);
    fake.answering(404, "{}");
    assertThat(owners.find(CLAIM, SOON)).isInstanceOf(Found.Refuted.class);
  }

  @Test
  @NeedsControlPlane
  void aRealApiServerTellsTheLivingFromTheDeleted() {
    ClusterRig rig = new ClusterRig();
    rig.plane()
        .apply(
            """
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: web-1, namespace: %s, finalizers: [example.com/held]}
            spec:
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec: {containers: [{name: c, image: x}]}
            """
                .formatted(rig.namespace()));
    String uid = Text.text(rig.get("rs", "web-1", "-n", rig.namespace()), "metadata", "uid");
    Claim claim = new Claim("apps/v1", "ReplicaSet", rig.namespace(), "web-1", uid);
    OwnerLookup real = new OwnerLookup(rig.api(rig.release()), observed);
    assertThat(real.find(claim, SOON))
        .isInstanceOfSatisfying(
            Found.Living.class,
            living ->
                assertThat(Text.objects(living.object(), "spec", "template", "spec", "containers"))
                    .hasSize(1));
    assertThat(real.find(new Claim("apps/v1", "ReplicaSet", rig.namespace(), "web-2", uid), SOON))
        .isInstanceOf(Found.Refuted.class);

    rig.plane().kubectl("", "delete", "rs", "web-1", "-n", rig.namespace(), "--wait=false");
    assertThat(real.find(claim, SOON)).isEqualTo(new Found.Refuted("it is being deleted"));

    OwnerLookup nobody = new OwnerLookup(rig.api(rig.release() + "-nobody"), observed);
    assertThat(nobody.find(claim, SOON))
        .isInstanceOfSatisfying(
            Found.Unknown.class, unknown -> assertThat(unknown.why()).contains("RBAC"));
  }
}
