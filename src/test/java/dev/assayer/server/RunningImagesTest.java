package dev.assayer.server;

import static dev.assayer.server.ServerRig.DIGEST;
import static dev.assayer.server.ServerRig.REPOSITORY;
import static dev.assayer.server.ServerRig.SIGNED;
import static dev.assayer.server.ServerRig.UNSIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.ClusterRig;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsControlPlane;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real replicas look at the pods of a real API server, and ask a Notary about their images. */
@NeedsControlPlane
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RunningImagesTest {
  private static final String ON =
      "reverification: {enabled: true, interval: 1m, policyReports: true}\n";
  private static final String OTHER = "sha256:" + "77".repeat(32);

  /** Written for this test from the published schema: only what the reports use. */
  private static final String CRD =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: policyreports.wgpolicyk8s.io}
      spec:
        group: wgpolicyk8s.io
        scope: Namespaced
        names: {kind: PolicyReport, listKind: PolicyReportList, plural: policyreports, singular: policyreport}
        versions:
          - name: v1alpha2
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  summary:
                    type: object
                    properties:
                      pass: {type: integer}
                      fail: {type: integer}
                      warn: {type: integer}
                      error: {type: integer}
                      skip: {type: integer}
                  results:
                    type: array
                    items:
                      type: object
                      required: [policy]
                      properties:
                        source: {type: string}
                        policy: {type: string}
                        rule: {type: string}
                        category: {type: string}
                        severity: {type: string, enum: [high, low, medium]}
                        result: {type: string, enum: [pass, fail, warn, error, skip]}
                        scored: {type: boolean}
                        message: {type: string}
                        properties: {type: object, additionalProperties: {type: string}}
                        resources:
                          type: array
                          items:
                            type: object
                            properties:
                              apiVersion: {type: string}
                              kind: {type: string}
                              name: {type: string}
                              namespace: {type: string}
                              uid: {type: string}
      """;

  @TempDir private Path dir;
  @TempDir private Path second;
  private final ClusterRig rig = new ClusterRig();
  private final RunningPodRig pods = RunningPodRig.on(rig.plane());
  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  private final SignedRepository repository = ServerRig.signedOn(notary);

  @BeforeEach
  void crd() {
    rig.plane().apply(CRD);
    Await.until("the kind is served", this::served);
  }

  private boolean served() {
    try {
      return rig.plane().kubectl("", "get", "policyreports", "-A", "-o", "name").isEmpty();
    } catch (IllegalStateException notYet) {
      return false;
    }
  }

  @AfterEach
  void clean() {
    notary.close();
    rig.plane().kubectl("", "delete", "namespace", pods.namespace(), "--wait=false");
    rig.plane()
        .kubectl("", "delete", "pods", "--all", "-n", pods.namespace(), "--force", "--wait=false");
    rig.plane().kubectl("", "delete", "crd", "policyreports.wgpolicyk8s.io", "--ignore-not-found");
  }

  private ServerRig replica(Path in) {
    rig.installer().apply(Optional.of(rig.caPem()));
    ServerRig.show(in, rig.identity());
    return ServerRig.unready(
        in, ON + ServerRig.trusting(notary, repository), rig.environment(rig.release()));
  }

  private static double images(ServerRig replica, String state) {
    return replica.metric("assayer_running_images", "state=\"" + state + '"');
  }

  private static void awaitLook(ServerRig replica) {
    Await.until(
        "a complete look",
        () -> replica.metric("assayer_running_images_checked_timestamp_seconds") > 0);
  }

  private String report(String path) {
    return rig.plane()
        .kubectl(
            "",
            "get",
            "policyreport",
            rig.release(),
            "-n",
            pods.namespace(),
            "-o",
            "jsonpath={" + path + "}",
            "--ignore-not-found");
  }

  @Test
  void whatRunsIsComparedWithWhatIsSignedToday() {
    pods.run("good", SIGNED + "@" + DIGEST, REPOSITORY + "@" + DIGEST);
    pods.run("moved", SIGNED + "@" + DIGEST, REPOSITORY + "@" + OTHER);
    pods.run("preloaded", UNSIGNED, "sha256:" + "01".repeat(32));
    pods.run("bare", SIGNED, REPOSITORY + "@" + DIGEST);
    pods.run("exempt", ServerRig.EXEMPT, "registry.example/tools/sh@" + OTHER);
    pods.run("unclear", SIGNED + "@" + DIGEST, "sha256:" + "02".repeat(32));
    try (ServerRig replica = replica(dir)) {
      awaitLook(replica);
      assertThat(images(replica, "trusted")).isEqualTo(2);
      assertThat(images(replica, "untrusted")).isEqualTo(2);
      assertThat(images(replica, "never_seen")).isEqualTo(1);
      assertThat(images(replica, "unverifiable")).isEqualTo(1);
      assertThat(replica.metric("assayer_leader")).isEqualTo(1);

      Await.until("a report", () -> report(".summary").contains("\"pass\":1"));
      assertThat(report(".summary"))
          .contains("\"fail\":2", "\"warn\":1", "\"error\":1", "\"skip\":1");
      assertThat(report(".results[?(@.result==\"fail\")].resources[0].name"))
          .isEqualTo("moved preloaded");
      assertThat(report(".results[0].rule")).isEqualTo("digest_mismatch");
      assertThat(report(".results[0].properties.running")).isEqualTo(REPOSITORY + "@" + OTHER);
      assertThat(report(".results[0].message"))
          .isEqualTo("runs " + OTHER + ", verified is " + DIGEST);
      assertThat(report(".results[1].rule")).isEqualTo("tag_not_signed");
    }
  }

  @Test
  void anImageForSeveralPlatformsIsTrustedByItsManifestAndOneThatWasSwappedIsNot() {
    String platform = "sha256:" + "66".repeat(32);
    String node = pods.namespace();
    pods.node(node, REPOSITORY + "@" + DIGEST, REPOSITORY + "@" + platform, SIGNED);
    pods.run("platform", SIGNED + "@" + DIGEST, REPOSITORY + "@" + platform, node);
    pods.run("swapped", SIGNED + "@" + DIGEST, REPOSITORY + "@" + OTHER, node);
    try (ServerRig replica = replica(dir)) {
      awaitLook(replica);
      assertThat(images(replica, "trusted")).isEqualTo(1);
      assertThat(images(replica, "untrusted")).isEqualTo(1);
      Await.until("a report", () -> report(".summary").contains("\"fail\":1"));
      assertThat(report(".results[?(@.result==\"fail\")].resources[0].name")).isEqualTo("swapped");
    } finally {
      rig.plane().kubectl("", "delete", "node", node);
    }
  }

  @Test
  void aNotaryThatIsDownMakesNothingUntrusted() {
    pods.run("good", SIGNED + "@" + DIGEST, REPOSITORY + "@" + DIGEST);
    pods.run("preloaded", UNSIGNED, "sha256:" + "01".repeat(32));
    notary.stop();
    try (ServerRig replica = replica(dir)) {
      awaitLook(replica);
      assertThat(images(replica, "unverifiable")).isEqualTo(2);
      assertThat(images(replica, "untrusted")).isZero();
    }
  }

  @Test
  void theNextLeaderTakesOverAndTheLastOneTellsNothingMore() {
    pods.run("preloaded", UNSIGNED, "sha256:" + "01".repeat(32));
    try (ServerRig one = replica(dir)) {
      awaitLook(one);
      assertThat(images(one, "untrusted")).isEqualTo(1);
      try (ServerRig two = replica(second)) {
        Await.until("served", () -> two.page("/health/live").statusCode() == 200);
        assertThat(two.metric("assayer_leader")).isZero();
        assertThat(images(two, "untrusted")).isZero();

        one.write(ServerRig.trusting(notary, repository)); // without reverification
        awaitLook(two);
        assertThat(images(two, "untrusted")).isEqualTo(1);
        assertThat(images(one, "untrusted")).isZero();
        assertThat(one.metric("assayer_leader")).isZero();
      }
    }
  }

  @Test
  void aReportGoesWithTheLastPodOfItsNamespace() {
    pods.run("preloaded", UNSIGNED, "sha256:" + "01".repeat(32));
    try (ServerRig replica = replica(dir)) {
      Await.until("a report", () -> names().contains(rig.release()));
      pods.remove("preloaded");
      // Another configuration, and what runs is looked at again at once.
      replica.write(ON + "detectionMode: true\n" + ServerRig.trusting(notary, repository));
      Await.until("no report", () -> names().isEmpty());
    }
  }

  private String names() {
    return rig.plane()
        .kubectl(
            "",
            "get",
            "policyreport",
            "-n",
            pods.namespace(),
            "-o",
            "jsonpath={.items[*].metadata.name}");
  }

  @Test
  void withoutTheCrdTheGaugesAreThereAllTheSame() {
    rig.plane().kubectl("", "delete", "crd", "policyreports.wgpolicyk8s.io");
    pods.run("preloaded", UNSIGNED, "sha256:" + "01".repeat(32));
    try (ServerRig replica = replica(dir)) {
      awaitLook(replica);
      assertThat(images(replica, "untrusted")).isEqualTo(1);
    }
  }
}
