package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.Optional;

/**
 * Tells the mirror pods that a kubelet creates for its static pods. The containers run already:
 * denying the mirror would only hide them, and a patched mirror would not match its static pod.
 */
final class MirrorPod {
  private static final String ANNOTATION = "kubernetes.io/config.mirror";

  private MirrorPod() {}

  /**
   * Whether the request is the creation of one: by the user of the very node that the pod names, in
   * the nodes' group, with the annotation, and with that Node as controller. All of it; the
   * annotation alone can be written by anybody.
   */
  static boolean is(ReviewRequest request) {
    if (request.workload().filter(kind -> kind == WorkloadKind.POD).isEmpty()
        || request.operation() != ReviewRequest.Operation.CREATE
        || !request.subResource().isEmpty()) {
      return false;
    }
    Optional<JsonObject> object = request.object().map(Node::value);
    String node = object.flatMap(pod -> member(pod, "spec")).map(MirrorPod::node).orElse("");
    return !node.isEmpty()
        && request.facts().user().equals("system:node:" + node)
        && request.facts().groups().contains("system:nodes")
        && object
            .flatMap(pod -> member(pod, "metadata"))
            .filter(metadata -> isAnnotated(metadata) && isOwnedBy(node, metadata))
            .isPresent();
  }

  private static String node(JsonObject spec) {
    return Owners.text(spec, "nodeName");
  }

  private static boolean isAnnotated(JsonObject metadata) {
    return member(metadata, "annotations")
        .filter(annotations -> !Owners.text(annotations, ANNOTATION).isEmpty())
        .isPresent();
  }

  private static boolean isOwnedBy(String node, JsonObject metadata) {
    return Owners.controller(metadata)
        .filter(owner ->
            Owners.text(owner, "apiVersion").equals("v1")
                && Owners.text(owner, "kind").equals("Node")
                && Owners.text(owner, "name").equals(node))
        .isPresent();
  }

  private static Optional<JsonObject> member(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asObject);
  }
}
