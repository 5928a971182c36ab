package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.ClusterRig;
import dev.assayer.testing.NeedsControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookCommandTest {
  @Test
  void withoutAClusterItSaysWhatToGive() {
    Cli.Ran ran = new Cli().run("webhook", "apply");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "assayer: no cluster: ASSAYER_RELEASE is not set; give --release and --namespace, and"
                + " set KUBECONFIG outside a pod\n");
    assertThat(new Cli().run("webhook", "remove", "--release", "a").err())
        .contains("neither KUBECONFIG nor the token");
    assertThat(new Cli().with("KUBECONFIG", "/none").run("sentinel", "--release", "a").err())
        .contains("ASSAYER_POD_NAMESPACE is not set");
    assertThat(new Cli().run("webhook").err()).contains("one of apply, remove");
  }

  @Test
  void aKubeconfigThatIsNotThereIsNamed() {
    Cli.Ran ran =
        new Cli()
            .with("KUBECONFIG", "/no/such/file")
            .run("webhook", "remove", "--release", "a", "--namespace", "b", "--timeout", "1ms");
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err()).contains("the kubeconfig /no/such/file cannot be read");
  }

  @Test
  @NeedsControlPlane
  void applyAndRemoveInACluster(@TempDir Path dir) throws IOException {
    ClusterRig rig = new ClusterRig();
    Path ca = Files.writeString(dir.resolve("ca.crt"), rig.caPem());
    Cli hooks = new Cli();
    rig.environment(rig.release() + "-hooks").forEach(hooks::with);

    Cli.Ran missing = hooks.run("webhook", "apply");
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("--ca-file");
    assertThat(hooks.run("webhook", "apply", "--ca-file", "none").code()).isEqualTo(2);

    Cli.Ran applied = hooks.run("webhook", "apply", "--ca-file", ca.toString());
    assertThat(applied.code()).as(applied.err()).isZero();
    assertThat(applied.lines()).hasSize(2).allMatch(line -> line.endsWith(" created"));
    hooks.with("ASSAYER_CA_FILE", ca.toString());
    assertThat(hooks.run("webhook", "apply", "-o", "json").out())
        .isEqualTo(
            "{\"done\":[\"MutatingWebhookConfiguration %1$s unchanged\",".formatted(rig.release())
                + "\"ValidatingWebhookConfiguration %1$s unchanged\"]}\n".formatted(rig.release()));

    Cli nobody = new Cli();
    rig.environment(rig.release() + "-nobody").forEach(nobody::with);
    Cli.Ran refused = nobody.run("webhook", "remove");
    assertThat(refused.code()).isEqualTo(3);
    assertThat(refused.err())
        .contains("RBAC does not allow to delete validatingwebhookconfigurations/");

    assertThat(hooks.run("webhook", "remove").lines()).hasSize(3);
    assertThat(hooks.run("webhook", "remove").code()).isZero();
  }
}
