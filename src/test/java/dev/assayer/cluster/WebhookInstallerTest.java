package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.JsonObject;
import dev.assayer.testing.NeedsControlPlane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@NeedsControlPlane
class WebhookInstallerTest {
  private final ClusterRig rig = new ClusterRig();

  private Outcome apply() {
    return rig.installer().apply(Optional.of(rig.caPem()));
  }

  private static List<String> done(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done) outcome).lines();
  }

  private static Outcome.Failed failed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return (Outcome.Failed) outcome;
  }

  private static String bundle(JsonObject object, int entry) {
    return Text.text(Text.objects(object, "webhooks").get(entry), "clientConfig", "caBundle");
  }

  @Test
  void applyMakesBothObjectsAndASecondTimeChangesNothing() {
    assertThat(done(apply()))
        .containsExactly(
            "MutatingWebhookConfiguration " + rig.release() + " created",
            "ValidatingWebhookConfiguration " + rig.release() + " created");
    assertThat(
            new String(
                Base64.getDecoder().decode(bundle(rig.mutating(), 1)), StandardCharsets.UTF_8))
        .isEqualTo(rig.caPem());

    assertThat(done(apply()))
        .containsExactly(
            "MutatingWebhookConfiguration " + rig.release() + " unchanged",
            "ValidatingWebhookConfiguration " + rig.release() + " unchanged");
  }

  @Test
  void applyUndoesWhatSomebodyChangedOrAddedWithoutDeletingTheObject() {
    apply();
    final String uid = Text.text(rig.mutating(), "metadata", "uid");
    rig.patchMutating(
        """
        [{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"},
         {"op":"add","path":"/webhooks/0/objectSelector","value":{"matchLabels":{"no":"body"}}},
         {"op":"add","path":"/webhooks/1/matchConditions","value":[{"name":"never","expression":"false"}]},
         {"op":"add","path":"/webhooks/-","value":{"name":"more.example.com","admissionReviewVersions":["v1"],
          "clientConfig":{"url":"https://127.0.0.1:1/"},"sideEffects":"None","failurePolicy":"Ignore"}}]
        """);

    assertThat(done(apply()).getFirst()).endsWith(" patched");

    JsonObject live = rig.mutating();
    assertThat(Text.text(live, "metadata", "uid")).isEqualTo(uid);
    assertThat(Text.objects(live, "webhooks")).hasSize(2);
    assertThat(Text.text(Text.objects(live, "webhooks").getFirst(), "failurePolicy"))
        .isEqualTo("Fail");
    WebhookWatch watch = rig.watch(java.time.Instant.now());
    watch.poll();
    assertThat(watch.standing().integrity().detail()).isEqualTo("as applied");
  }

  @Test
  void applyKeepsWhatCertManagerInjected() {
    rig.plane()
        .kubectl(
            "",
            "get",
            "configmap",
            rig.release() + "-webhooks",
            "-n",
            rig.namespace(),
            "-o",
            "yaml");
    String yaml =
        Text.text(
                rig.get("configmap", rig.release() + "-webhooks", "-n", rig.namespace()),
                "data",
                "mutating.yaml")
            .replace(
                "labels: {app.kubernetes.io/name: assayer}",
                "annotations: {cert-manager.io/inject-ca-from: ns/tls}");
    String validating =
        Text.text(
                rig.get("configmap", rig.release() + "-webhooks", "-n", rig.namespace()),
                "data",
                "validating.yaml")
            .replace(
                "metadata: {name: " + rig.release() + "}",
                "metadata: {name: "
                    + rig.release()
                    + ", annotations: {cert-manager.io/inject-ca-from: ns/tls}}");
    rig.plane()
        .apply(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %1$s-webhooks, namespace: %1$s}
            data:
              mutating.yaml: |
            %2$s
              validating.yaml: |
            %3$s
            """
                .formatted(rig.release(), yaml.indent(4), validating.indent(4)));
    assertThat(done(rig.installer().apply(Optional.empty()))).hasSize(2);
    assertThat(bundle(rig.mutating(), 0)).isEmpty();
    String injected =
        Base64.getEncoder().encodeToString(rig.caPem().getBytes(StandardCharsets.UTF_8));
    rig.patchMutating(
        "[{\"op\":\"add\",\"path\":\"/webhooks/0/clientConfig/caBundle\",\"value\":\""
            + injected
            + "\"}]");

    rig.installer().apply(Optional.empty());
    rig.installer().apply(Optional.empty());

    assertThat(bundle(rig.mutating(), 0)).isEqualTo(injected);
    assertThat(bundle(rig.mutating(), 1)).isEmpty();
  }

  @Test
  void withoutACaNothingIsApplied() {
    Outcome.Failed failed = failed(rig.installer().apply(Optional.empty()));
    assertThat(failed.why()).contains("--ca-file");
    assertThat(failed.input()).isTrue();
    assertThat(failed(rig.installer().apply(Optional.of("no PEM"))).input()).isTrue();
  }

  @Test
  void refusedByRbacItNamesVerbAndObject() {
    WebhookInstaller nobody =
        new WebhookInstaller(
            rig.api(rig.release() + "-nobody"), rig.replica(), Duration.ofSeconds(1));
    assertThat(failed(nobody.apply(Optional.of(rig.caPem()))).why())
        .contains("RBAC does not allow to get configmaps/" + rig.release() + "-webhooks")
        .contains("chart's hooks");
    assertThat(failed(nobody.remove()).why())
        .contains("delete validatingwebhookconfigurations/" + rig.release());
  }

  @Test
  void withoutTheChartsConfigMapItSaysWhichIsMissing() {
    rig.plane()
        .kubectl("", "delete", "configmap", rig.release() + "-webhooks", "-n", rig.namespace());
    assertThat(failed(apply()).why()).contains("no ConfigMap " + rig.release() + "-webhooks");
  }

  @Test
  void removeTakesAwayBothAndTheMarkAndAlsoWorksAfterABrokenInstall() {
    apply();
    rig.watch(java.time.Instant.now()).poll();
    assertThat(
            Text.text(
                rig.get("configmap", rig.release() + "-seen", "-n", rig.namespace()),
                "data",
                "namespaceUid"))
        .isEqualTo(rig.namespaceUid());

    assertThat(done(rig.installer().remove()))
        .containsExactly(
            "ValidatingWebhookConfiguration " + rig.release() + " removed",
            "MutatingWebhookConfiguration " + rig.release() + " removed",
            "ConfigMap " + rig.release() + "-seen cleared");
    assertThat(
            Text.text(
                rig.get("configmap", rig.release() + "-seen", "-n", rig.namespace()),
                "data",
                "namespaceUid"))
        .isEmpty();
    assertThat(done(rig.installer().remove()).subList(0, 2))
        .allMatch(line -> line.endsWith(" was not there"));
  }

  @Test
  void withoutAnApiServerItEndsInTimeAndSaysSo() {
    ClusterSettings nowhere = rig.settings(rig.plane().kubeconfig("x"), "x");
    KubeApi gone =
        KubeApi.open(new Access.Kubeconfig(java.nio.file.Path.of("no such file")), rig.observed());
    assertThat(failed(new WebhookInstaller(gone, nowhere, Duration.ZERO).remove()).why())
        .contains("the kubeconfig no such file cannot be read");
  }
}
