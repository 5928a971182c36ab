package dev.assayer.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.assayer.chart.Chart;
import dev.assayer.testing.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The chart's objects in a cluster, as Helm renders them, but for what needs a node: pods and the
 * workload. In place of its Service stands one of type ExternalName, since nothing routes here.
 *
 * @param name of everything that is installed
 */
record Installation(ControlPlane plane, Path directory, String name, String namespace) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NEED_A_NODE = List.of("Deployment", "Pod", "Job", "Service");

  /** The installation of the scenarios, whose Service is at this port. */
  static Installation of(ControlPlane plane, Path directory, int port) {
    Installation made = new Installation(plane, directory, "assayer", "assayer");
    made.install(port);
    return made;
  }

  /** Another one, whose replicas never come. */
  static Installation stray(ControlPlane plane, Path directory) {
    Installation made = new Installation(plane, directory, "stray", "stray");
    made.install(443);
    return made;
  }

  private void install(int port) {
    plane.kubectl("", "create", "namespace", namespace);
    ObjectNode all = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    all.putArray("items")
        .addAll(
            chart(port).objects().stream()
                .filter(object -> !NEED_A_NODE.contains(object.path("kind").asText()))
                .toList());
    plane.apply(all.toString());
    plane.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec: {type: ExternalName, externalName: localhost}
        """
            .formatted(name, namespace));
  }

  private Chart chart(int port) {
    try {
      Path values = directory.resolve(name + "-values.yaml");
      Files.writeString(
          values,
          """
          fullnameOverride: %s
          service: {port: %d}
          tls: {mode: secret, existingSecret: made-elsewhere}
          webhook:
            extraRules: [{apiGroups: [example.com], apiVersions: [v1], resources: [machines]}]
          """
              .formatted(name, port));
      return Chart.rendered(
          command -> command.withName(name).withNamespace(namespace).withValuesFile(values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the API server calls. */
  String serviceName() {
    return name + "." + namespace + ".svc";
  }

  /** The environment of a replica. */
  Map<String, String> replicas() {
    return environment(name);
  }

  /** The environment of the chart's hooks. */
  Map<String, String> hooks() {
    return environment(name + "-hooks");
  }

  private Map<String, String> environment(String account) {
    return Map.of(
        "ASSAYER_RELEASE",
        name,
        "ASSAYER_POD_NAMESPACE",
        namespace,
        "ASSAYER_POD_NAME",
        name + "-0",
        "KUBECONFIG",
        plane.kubeconfig(plane.token(namespace, account)).toString());
  }
}
