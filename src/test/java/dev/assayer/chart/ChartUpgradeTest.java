package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What replicas share lives longer than what Helm installs. */
@NeedsControlPlane
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ChartUpgradeTest {
  /** What needs running pods, and what would be there for other tests too. */
  private static final Map<String, Object> LESS =
      Map.of(
          "webhook.hooks", false,
          "sentinel.enabled", false,
          "guard.ownImages", false,
          "guard.namespaceLabels", false,
          "guard.breakGlass", false);

  private final ControlPlane plane = ControlPlane.shared();
  private final String namespace = plane.namespace("upgrade");
  private final Path kubeconfig = plane.kubeconfig(plane.adminToken());

  private String name(String suffix) {
    return namespace + "-assayer-" + suffix;
  }

  private String asReplica(String... arguments) {
    String account = "system:serviceaccount:" + namespace + ":" + namespace + "-assayer";
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-n", namespace, "--as=" + account));
    return plane.kubectl("", all.toArray(String[]::new));
  }

  private String get(String kind, String suffix, String path) {
    return plane.kubectl(
        "", "get", kind, name(suffix), "-n", namespace, "-o", "jsonpath={" + path + "}");
  }

  @Test
  void anUpgradeKeepsTheMarksAndTheirKeyAndReplicasMayOnlyPatchThem() {
    var install =
        new Helm(Chart.HOME)
            .install()
            .withName(namespace)
            .withNamespace(namespace)
            .withKubeConfig(kubeconfig);
    LESS.forEach(install::set);
    install.call();
    String key = get("secret", "state", ".data");
    for (String map : List.of("marks-0", "marks-15", "facts-7", "seen")) {
      String patch = "{\"data\":{\"kept\":\"" + map + "\"}}";
      asReplica("patch", "configmap", name(map), "--type=merge", "-p", patch);
    }
    assertThatThrownBy(() -> asReplica("create", "configmap", "glass", "--from-literal=a=b"))
        .hasMessageContaining("forbidden");
    assertThatThrownBy(() -> asReplica("delete", "configmap", name("marks-0")))
        .hasMessageContaining("forbidden");

    var upgrade =
        new Helm(Chart.HOME)
            .upgrade()
            .withName(namespace)
            .withNamespace(namespace)
            .withKubeConfig(kubeconfig)
            .set("commonLabels.team", "a");
    LESS.forEach(upgrade::set);
    upgrade.call();
    for (String map : List.of("marks-0", "marks-15", "facts-7", "seen")) {
      assertThat(get("configmap", map, ".data.kept")).isEqualTo(map);
      assertThat(get("configmap", map, ".metadata.labels.team")).as("upgraded").isEqualTo("a");
    }
    assertThat(get("secret", "state", ".data")).isEqualTo(key);
  }
}
