package dev.assayer.e2e;

import static dev.assayer.e2e.NodeRig.SOON;

import dev.assayer.samples.PushedImage;
import java.util.List;

/** A namespace whose workloads are admitted by the installation and run on its node. */
final class Shop {
  private static final String NAMESPACE = "shop";

  private final NodeRig rig;
  private final Admin admin;

  Shop(NodeRig rig) {
    this.rig = rig;
    this.admin = rig.admin();
  }

  /** Makes the namespace. */
  void open() {
    admin.kubectl("create", "namespace", NAMESPACE);
  }

  /** Removes it with all in it. */
  void close() {
    admin.kubectl("delete", "namespace", NAMESPACE);
  }

  /** The image as Assayer stores it. */
  static String pinned(String image, PushedImage signed) {
    return image + "@" + signed.digest();
  }

  /** A running pod as {@link #awaitRunning} says it. */
  static String ran(String image, PushedImage signed) {
    String repository = image.substring(0, image.lastIndexOf(':'));
    return pinned(image, signed) + " " + repository + "@" + signed.digest();
  }

  /** Image and imageID of each pod with this label, all ready. */
  List<String> awaitRunning(String app, int count) {
    String each =
        "jsonpath={range .items[*]}{.status.containerStatuses[0].ready} {.spec.containers[0].image}"
            + " {.status.containerStatuses[0].imageID}{\"\\n\"}{end}";
    return Waiting.until(
            SOON,
            count + " pods of " + app + " are ready, and no other is there",
            () -> kubectl("get", "pods", "-l", "app=" + app, "-o", each),
            text ->
                text.lines().count() == count && text.lines().allMatch(l -> l.startsWith("true ")))
        .lines()
        .map(line -> line.substring("true ".length()))
        .toList();
  }

  /** The image in the template of the Deployment. */
  String image(String deployment) {
    return kubectl(
        "get",
        "deployment",
        deployment,
        "-o",
        "jsonpath={.spec.template.spec.containers[0].image}");
  }

  /** Waits until a warning of the ReplicaSets here has this word, and tells all warnings. */
  String awaitWarning(String word) {
    return Waiting.until(
        SOON,
        "an Event for the ReplicaSet",
        () ->
            kubectl(
                "get",
                "events",
                "--field-selector=involvedObject.kind=ReplicaSet,type=Warning",
                "-o",
                "jsonpath={range .items[*]}{.involvedObject.name} {.source.component}"
                    + " {.reason} {.message}{\"\\n\"}{end}"),
        text -> text.contains(word));
  }

  /** {@code pod/NAME} of each with this label. */
  List<String> pods(String app) {
    return kubectl("get", "pods", "-l", "app=" + app, "-o", "name").lines().toList();
  }

  /** Output of kubectl in this namespace. */
  String kubectl(String... arguments) {
    return rig.kubectlIn(NAMESPACE, arguments);
  }

  /** Arguments of kubectl for a pod that ends at once when it is told to. */
  static String[] run(String name, String image) {
    String quick = "{\"spec\": {\"terminationGracePeriodSeconds\": 0}}";
    return new String[] {
      "--namespace",
      NAMESPACE,
      "run",
      name,
      "--image",
      image,
      "--labels=app=" + name,
      "--overrides=" + quick
    };
  }

  /** Makes or changes a Deployment whose pods carry its name as label {@code app}. */
  void deploy(String name, int replicas, String image) {
    admin.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s, namespace: %4$s}
        spec:
          replicas: %2$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: c, image: "%3$s"}]
        """
            .formatted(name, replicas, image, NAMESPACE));
  }
}
