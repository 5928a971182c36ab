package dev.assayer.cluster;

import dev.assayer.image.Digest;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the pods of all namespaces in parts, and keeps none of them: at no time is more than one
 * part in memory. Pods that have ended, and containers that were never started, are left out.
 */
public final class RunningPods {
  /** A pod with all that a cluster writes into it has 5 to 20 KiB. */
  private static final int PART = 100;

  /** Far beyond what Kubernetes supports; ends the reading of an API server that never ends. */
  private static final int MOST_PARTS = 10_000;

  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
  private static final String MIRROR = "kubernetes.io/config.mirror";

  private final KubeApi api;

  RunningPods(KubeApi api) {
    this.api = api;
  }

  /**
   * Reads them all; takes a call for each hundred pods, and one for each node that runs something
   * under another digest than the pod names.
   *
   * @param each is given every pod, once
   * @return empty if they were all read; else why not, in one clause
   */
  public Optional<String> read(Consumer<RunningPod> each) {
    NodeImages nodes = new NodeImages(api);
    String from = "";
    for (int part = 0; part < MOST_PARTS; part++) {
      KubeAnswer answer = api.page(Resource.POD, Optional.empty(), "", PART, from);
      if (!(answer instanceof KubeAnswer.Found(JsonObject list))) {
        return Optional.of(answer.detail());
      }
      for (JsonObject pod : Text.objects(list, "items")) {
        running(pod, nodes).ifPresent(each);
      }
      from = Text.text(list, "metadata", "continue");
      if (from.isEmpty()) {
        return Optional.empty();
      }
      if (Thread.currentThread().isInterrupted()) {
        return Optional.of("the process ends");
      }
    }
    return Optional.of("the API server's list of pods has no end");
  }

  /** Empty for a pod of which nothing runs. */
  static Optional<RunningPod> running(JsonObject pod, NodeImages nodes) {
    if (ENDED.contains(Text.text(pod, "status", "phase"))) {
      return Optional.empty();
    }
    Map<String, JsonObject> started = started(pod);
    String node = Text.text(pod, "spec", "nodeName");
    List<RunningPod.Image> images = new ArrayList<>();
    for (String member : List.of("initContainers", "containers", "ephemeralContainers")) {
      for (JsonObject container : Text.objects(pod, "spec", member)) {
        String name = Text.text(container, "name");
        JsonObject status = started.get(name);
        if (status != null) {
          String reference = Text.text(container, "image");
          String runs = Text.text(status, "imageID");
          images.add(
              new RunningPod.Image(
                  name,
                  reference,
                  runs,
                  runtime(Text.text(status, "containerID")),
                  isNamed(reference, runs, node, nodes)));
        }
      }
    }
    if (images.isEmpty()) {
      return Optional.empty();
    }
    for (JsonObject volume : Text.objects(pod, "spec", "volumes")) {
      String image = Text.text(volume, "image", "reference");
      if (!image.isEmpty()) {
        images.add(new RunningPod.Image(Text.text(volume, "name"), image, "", "", false));
      }
    }
    return Optional.of(
        new RunningPod(
            Text.text(pod, "metadata", "namespace"),
            Text.text(pod, "metadata", "name"),
            Text.text(pod, "metadata", "uid"),
            controller(pod),
            !Text.text(pod, "metadata", "annotations", MIRROR).isEmpty(),
            images));
  }

  /** The status of each container whose image the node has, by the container's name. */
  private static Map<String, JsonObject> started(JsonObject pod) {
    Map<String, JsonObject> started = new HashMap<>();
    for (String member :
        List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")) {
      for (JsonObject status : Text.objects(pod, "status", member)) {
        if (!Text.text(status, "imageID").isEmpty()) {
          started.put(Text.text(status, "name"), status);
        }
      }
    }
    return started;
  }

  /** Whether what runs under another digest is the image that the pod names by digest. */
  private static boolean isNamed(String reference, String runs, String node, NodeImages nodes) {
    Optional<String> named = digest(reference);
    Optional<String> running = digest(runs);
    return named.isPresent()
        && running.isPresent()
        && !named.equals(running)
        && nodes.same(node, named.get(), running.get());
  }

  /** The digest at the end of a name; empty if there is none. */
  static Optional<String> digest(String name) {
    int at = name.lastIndexOf('@');
    return at < 0 ? Optional.empty() : Digest.parse(name.substring(at + 1)).map(Digest::text);
  }

  private static String runtime(String containerId) {
    int end = containerId.indexOf("://");
    return end < 0 ? "" : containerId.substring(0, end);
  }

  /** What owns a pod, as it claims; empty for none, and where that is a Node. */
  static Optional<RunningPod.Controller> controller(JsonObject pod) {
    return Text.objects(pod, "metadata", "ownerReferences").stream()
        .filter(owner -> Text.at(owner, "controller").flatMap(Json::asBoolean).orElse(false))
        .filter(owner -> !Text.text(owner, "kind").equals("Node"))
        .map(owner ->
            new RunningPod.Controller(
                Text.text(owner, "apiVersion"),
                Text.text(owner, "kind"),
                Text.text(owner, "name"),
                Text.text(owner, "uid")))
        .findFirst();
  }
}
