package dev.assayer.server;

import dev.assayer.testing.ControlPlane;
import java.util.List;

/** Pods as a kubelet would leave them: no node runs on the test's control plane. */
record RunningPodRig(ControlPlane plane, String namespace) {

  /** In a namespace of its own. */
  static RunningPodRig on(ControlPlane plane) {
    return new RunningPodRig(plane, plane.namespace("running"));
  }

  /** A pod with one container, as the runtime reports it. */
  void run(String name, String image, String imageId) {
    run(name, image, imageId, "");
  }

  /** The same on a node. */
  void run(String name, String image, String imageId, String node) {
    plane.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s}
        spec:
          nodeName: "%s"
          containers: [{name: app, image: "%s"}]
        """
            .formatted(name, namespace, node, image));
    plane.kubectl(
        "",
        "patch",
        "pod",
        name,
        "-n",
        namespace,
        "--subresource=status",
        "--type=merge",
        "-p",
        """
        {"status":{"phase":"Running","containerStatuses":[{"name":"app","image":"x","ready":true,
        "restartCount":0,"imageID":"%s","containerID":"containerd://0123"}]}}
        """
            .formatted(imageId));
  }

  /** A node that has one image, under all these names. */
  void node(String name, String... names) {
    plane.apply("apiVersion: v1\nkind: Node\nmetadata: {name: " + name + "}\n");
    plane.kubectl(
        "",
        "patch",
        "node",
        name,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"images\":[{\"names\":[\"" + String.join("\",\"", names) + "\"]}]}}");
  }

  void remove(String... names) {
    for (String name : List.of(names)) {
      plane.kubectl(
          "",
          "delete",
          "pod",
          name,
          "-n",
          namespace,
          "--grace-period=0",
          "--force",
          "--wait=false");
    }
  }
}
