package dev.assayer.server;

import dev.assayer.cluster.RunningPod;
import dev.assayer.image.Digest;
import java.util.Optional;

/**
 * One image of one workload: all pods of a controller that run the same of the same name are one.
 *
 * @param workload the controller of the pods, or the pod itself
 * @param mirror whether the kubelet started it without asking anybody
 */
record RunningImage(
    String namespace, RunningPod.Controller workload, boolean mirror, RunningPod.Image image) {

  /** What this pod runs under this name. */
  static RunningImage of(RunningPod pod, RunningPod.Image image) {
    RunningPod.Controller itself = new RunningPod.Controller("v1", "Pod", pod.name(), pod.uid());
    return new RunningImage(pod.namespace(), pod.controller().orElse(itself), pod.mirror(), image);
  }

  /** The digest that the runtime reports; empty for an image id, which no registry knows. */
  Optional<String> running() {
    int at = image.imageId().lastIndexOf('@');
    return at < 0
        ? Optional.empty()
        : Digest.parse(image.imageId().substring(at + 1)).map(Digest::text);
  }

  /** Such as {@code Deployment shop/web, container app}. */
  String words() {
    return workload.kind()
        + ' '
        + namespace
        + '/'
        + workload.name()
        + ", "
        + (image.imageId().isEmpty() ? "volume " : "container ")
        + image.container();
  }
}
