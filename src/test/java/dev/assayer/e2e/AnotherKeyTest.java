package dev.assayer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.Controllers;
import dev.assayer.testing.NeedsControllers;
import dev.assayer.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/audit.md says to do about another key or name does it, with real controllers. */
@NeedsControllers
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class AnotherKeyTest {
  private static final String CONTROLLERS =
      "statefulset-controller,serviceaccount-controller,persistentvolume-binder-controller,"
          + "persistentvolumeclaim-protection-controller,persistentvolume-protection-controller";

  /**
   * Two volumes that are deleted with their claims, and a replica with a claim of the chart's name.
   */
  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: assayer}
      ---
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: one}
      spec:
        capacity: {storage: 1Gi}
        accessModes: [ReadWriteOnce]
        persistentVolumeReclaimPolicy: Delete
        hostPath: {path: /nowhere}
      ---
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: two}
      spec:
        capacity: {storage: 1Gi}
        accessModes: [ReadWriteOnce]
        persistentVolumeReclaimPolicy: Delete
        hostPath: {path: /nowhere/else}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: assayer, namespace: assayer}
      spec:
        serviceName: assayer
        selector: {matchLabels: {app: assayer}}
        template:
          metadata: {labels: {app: assayer}}
          spec:
            containers:
              - name: assayer
                image: registry.example/assayer:1
                volumeMounts: [{name: audit, mountPath: /var/lib/assayer}]
        volumeClaimTemplates:
          - metadata: {name: audit}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
      """;

  @TempDir private Path dir;

  private static String lines() throws IOException {
    String section =
        Files.readString(Path.of("docs/audit.md")).split("\n## Another key or name")[1];
    return section.split("```sh\n", 2)[1].split("```", 2)[0];
  }

  private static String got(ControlPlane plane, String kind, String name, String path) {
    return plane
        .kubectl(
            "",
            "-n",
            "assayer",
            "get",
            kind,
            name,
            "--ignore-not-found",
            "-o",
            "jsonpath={" + path + "}")
        .strip();
  }

  @Test
  @DisplayName("OPS-05: another key or name: the old volume is kept, the replica gets an empty one")
  void keepsTheOldVolume() throws IOException {
    try (ControlPlane plane = ControlPlane.start(Files.createDirectory(dir.resolve("plane")));
        Controllers _ =
            Controllers.start(plane, Files.createDirectory(dir.resolve("own")), CONTROLLERS)) {
      var _ = plane.kubectl(OBJECTS, "apply", "-f", "-");
      String claim = "audit-assayer-0";
      Await.until("bound", () -> got(plane, "pvc", claim, ".status.phase").equals("Bound"));
      Await.until("a pod", () -> !got(plane, "pod", "assayer-0", ".metadata.uid").isEmpty());
      String volume = got(plane, "pvc", claim, ".spec.volumeName");
      String oldClaim = got(plane, "pvc", claim, ".metadata.uid");
      String oldPod = got(plane, "pod", "assayer-0", ".metadata.uid");
      String path = System.getenv("KUBEBUILDER_ASSETS") + ":" + System.getenv("PATH");
      String said =
          Programs.run(
              List.of("sh", "-eu", "-c", lines()),
              Map.of(
                  "KUBECONFIG",
                  plane.kubeconfig(plane.adminToken()).toString(),
                  "PATH",
                  path,
                  "HOME",
                  dir.toString()),
              dir.resolve("sh.log"),
              "",
              Duration.ofSeconds(60));
      assertThat(said).contains("pod \"assayer-0\" deleted");
      Await.until(
          "a new pod", () -> isNew(got(plane, "pod", "assayer-0", ".metadata.uid"), oldPod));
      Await.until("a new claim", () -> isNew(got(plane, "pvc", claim, ".metadata.uid"), oldClaim));
      Await.until("bound", () -> got(plane, "pvc", claim, ".status.phase").equals("Bound"));
      assertThat(got(plane, "pvc", claim, ".spec.volumeName")).isNotEqualTo(volume);
      Await.until("kept", () -> got(plane, "pv", volume, ".status.phase").equals("Released"));
      assertThat(got(plane, "pv", volume, ".spec.persistentVolumeReclaimPolicy"))
          .isEqualTo("Retain");
    }
  }

  private static boolean isNew(String uid, String old) {
    return !uid.isEmpty() && !uid.equals(old);
  }
}
