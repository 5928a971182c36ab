package dev.assayer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {
  @Test
  void withoutItsProgramsTestsAreSkippedWithARemedyAndInCiTheyFail() {
    assertThat(NeedsControlPlane.Condition.evaluate(false, Map.of()))
        .satisfies(result -> assertThat(result.isDisabled()).isTrue())
        .satisfies(result ->
            assertThat(result.getReason().orElseThrow())
                .contains("KUBEBUILDER_ASSETS")
                .doesNotContain("\n"));
    assertThatThrownBy(() -> NeedsControlPlane.Condition.evaluate(false, Map.of("CI", "true")))
        .hasMessageContaining("KUBEBUILDER_ASSETS");
    assertThat(NeedsControlPlane.Condition.evaluate(true, Map.of("CI", "true")).isDisabled())
        .isFalse();
  }

  @Test
  void withoutControllersTheirTestsAreSkippedWithARemedyAndInCiTheyFail() {
    assertThat(NeedsControllers.Condition.evaluate(false, Map.of()))
        .satisfies(result -> assertThat(result.isDisabled()).isTrue())
        .satisfies(result ->
            assertThat(result.getReason().orElseThrow())
                .contains("kube-controller-manager")
                .doesNotContain("\n"));
    assertThatThrownBy(() -> NeedsControllers.Condition.evaluate(false, Map.of("CI", "true")))
        .hasMessageContaining("kube-controller-manager");
    assertThat(NeedsControllers.Condition.evaluate(true, Map.of("CI", "true")).isDisabled())
        .isFalse();
  }

  @Test
  @NeedsControlPlane
  void itServesObjectsAndRefusesWhatRbacDoesNotGrant() {
    ControlPlane plane = ControlPlane.shared();
    String namespace = plane.namespace("kit");
    plane.kubectl("", "create", "serviceaccount", "nobody", "--namespace", namespace);

    assertThat(plane.kubectl("", "get", "namespace", namespace, "-o", "name"))
        .contains("namespace/" + namespace);
    assertThat(plane.token(namespace, "nobody")).contains(".");
    assertThatThrownBy(() ->
            plane.kubectl(
                "",
                "get",
                "secrets",
                "--namespace",
                namespace,
                "--as=system:serviceaccount:" + namespace + ":nobody"))
        .hasMessageContaining("Forbidden");
  }
}
