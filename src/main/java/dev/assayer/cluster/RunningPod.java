package dev.assayer.cluster;

import java.util.List;
import java.util.Optional;

/**
 * What is needed of a pod that was started.
 *
 * @param controller what owns it, as it claims; empty for none, and where that is a Node
 * @param mirror whether it stands for a static pod, as its annotation claims: the kubelet started
 *     that without asking anybody
 * @param images of its containers that were started, and of its volumes
 */
public record RunningPod(
    String namespace,
    String name,
    String uid,
    Optional<Controller> controller,
    boolean mirror,
    List<Image> images) {

  /** Copies the list. */
  public RunningPod {
    images = List.copyOf(images);
  }

  /** The object that owns the pod. */
  public record Controller(String apiVersion, String kind, String name, String uid) {}

  /**
   * One image.
   *
   * @param container name of the container or volume
   * @param reference as the pod's specification names it
   * @param imageId as the runtime reports what runs; empty for a volume, of which it says nothing
   * @param runtime the name that it gives itself, such as cri-o; empty if it is not known
   * @param asNamed whether the node says that another digest in {@code imageId} is of the image
   *     that the reference names by digest
   */
  public record Image(
      String container, String reference, String imageId, String runtime, boolean asNamed) {}
}
