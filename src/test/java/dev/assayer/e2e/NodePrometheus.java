package dev.assayer.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.assayer.testing.Programs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A real Prometheus that scrapes what a ServiceMonitor selects, as the operator would have it do,
 * and runs rules. We read the endpoints from the API server, since Debian builds Prometheus without
 * discovery in Kubernetes; having no way into the pods' network, it reaches each pod through the
 * API server too.
 */
final class NodePrometheus implements AutoCloseable {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final URI uri;
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();

  private NodePrometheus(URI uri, Process process) {
    this.uri = uri;
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param monitor the {@code spec} of a ServiceMonitor in the installation's namespace
   * @param rules a file of rules
   */
  static NodePrometheus start(NodeRig rig, JsonNode monitor, Path rules) throws IOException {
    Path directory = Files.createDirectories(rig.directory().resolve("prometheus"));
    JsonNode kubeconfig = YAML.readTree(Files.readString(rig.cluster().kubeconfig()));
    JsonNode cluster = kubeconfig.path("clusters").path(0).path("cluster");
    JsonNode user = kubeconfig.path("users").path(0).path("user");
    String address = URI.create(cluster.path("server").asText()).getAuthority();
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [%s]
            scrape_configs:
              - job_name: monitored
                scheme: https
                tls_config: {ca_file: %s, cert_file: %s, key_file: %s}
                static_configs:
            %s\
            """
                .formatted(
                    rules.toAbsolutePath(),
                    decoded(directory, "ca.crt", cluster.path("certificate-authority-data")),
                    decoded(directory, "client.crt", user.path("client-certificate-data")),
                    decoded(directory, "client.key", user.path("client-key-data")),
                    targets(rig, monitor).stream()
                        .map(target -> target.yaml(address).indent(6))
                        .collect(Collectors.joining())));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                Programs.find("prometheus").orElseThrow().toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    return new NodePrometheus(URI.create("http://127.0.0.1:" + port), process);
  }

  /** A pod's port behind a Service. */
  private record Target(String service, String pod, int port, String path) {
    String yaml(String address) {
      return "- {targets: [\"%s\"], labels: {job: %s, pod: %s, instance: \"%s:%d\", %s: %s}}"
          .formatted(
              address,
              service,
              pod,
              pod,
              port,
              "__metrics_path__",
              "/api/v1/namespaces/%s/pods/%s:%d/proxy%s"
                  .formatted(NodeRig.NAMESPACE, pod, port, path));
    }
  }

  /** Services by label, their ports by name, and the endpoints of these, ready or not. */
  private static List<Target> targets(NodeRig rig, JsonNode monitor) throws IOException {
    JsonNode endpoint = monitor.path("endpoints").path(0);
    String labels =
        monitor.path("selector").path("matchLabels").properties().stream()
            .map(label -> label.getKey() + "=" + label.getValue().asText())
            .collect(Collectors.joining(","));
    List<Target> targets = new ArrayList<>();
    for (String service : rig.kubectl("get", "services", "-l", labels, "-o", "name").split("\n")) {
      String name = service.substring(service.indexOf('/') + 1);
      String slices =
          rig.kubectl(
              "get", "endpointslices", "-l", "kubernetes.io/service-name=" + name, "-o", "json");
      for (JsonNode slice : YAML.readTree(slices).path("items")) {
        for (JsonNode port : slice.path("ports")) {
          if (port.path("name").equals(endpoint.path("port"))) {
            for (JsonNode one : slice.path("endpoints")) {
              targets.add(
                  new Target(
                      name,
                      one.path("targetRef").path("name").asText(),
                      port.path("port").asInt(),
                      endpoint.path("path").asText()));
            }
          }
        }
      }
    }
    return targets;
  }

  /** Waits until the query has an answer that is not empty. */
  void await(String query) {
    String path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    var _ =
        Waiting.until(
            NodeRig.SOON,
            query,
            () -> get(path),
            answer -> !json(answer).path("data").path("result").isEmpty());
  }

  /** Waits until every rule has been evaluated, and well. */
  void awaitRules() {
    var _ =
        Waiting.until(
            NodeRig.SOON,
            "all rules are evaluated",
            () -> get("/api/v1/rules"),
            answer -> {
              List<JsonNode> rules = json(answer).findParents("health");
              return !rules.isEmpty()
                  && rules.stream().allMatch(rule -> rule.path("health").asText().equals("ok"));
            });
  }

  private static JsonNode json(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException e) {
      return YAML.createObjectNode();
    }
  }

  /** Empty while it does not answer. */
  private String get(String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(uri.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path decoded(Path directory, String name, JsonNode data) throws IOException {
    return Files.write(directory.resolve(name), Base64.getDecoder().decode(data.asText()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    try {
      var _ = process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
