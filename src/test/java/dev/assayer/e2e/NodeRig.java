package dev.assayer.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The one node of this process with a Notary and a registry beside it, and the installation on it
 * as an administrator sees it. Started at its first use; who installs something removes it again.
 */
final class NodeRig {
  static final String NAMESPACE = "assayer";

  /** For what takes seconds: a machine may be slow, and only a failure waits so long. */
  static final Duration SOON = Duration.ofMinutes(5);

  /** The same for Helm and {@code make}. */
  static final String HELM = "8m";

  /** Of each answer in a report, characters; the last ones say most. */
  private static final int REPORTED = 8000;

  private final Path directory;
  private final Upstream upstream;
  private final NodeCluster cluster;
  private final Admin admin;

  private static final class Shared {
    private static final NodeRig INSTANCE = create();

    private static NodeRig create() {
      try {
        NodeRig made = new NodeRig(Files.createTempDirectory("node"));
        Runtime.getRuntime().addShutdownHook(new Thread(made::close));
        return made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private NodeRig(Path directory) {
    this.directory = directory;
    upstream = Upstream.start();
    cluster = NodeCluster.start(directory, upstream);
    admin = new Admin(directory, cluster);
  }

  static NodeRig shared() {
    return Shared.INSTANCE;
  }

  Path directory() {
    return directory;
  }

  Upstream upstream() {
    return upstream;
  }

  NodeCluster cluster() {
    return cluster;
  }

  Admin admin() {
    return admin;
  }

  /**
   * What {@code make} is told: two replicas of the image on the node.
   *
   * @param values more of them, YAML
   */
  Map<String, String> settings(String values, String timeout) {
    int tag = cluster.image().lastIndexOf(':');
    Path common =
        file(
            "values.yaml",
            """
            image: {repository: "%s", tag: "%s"}
            deployment: {replicas: 2}
            """
                .formatted(cluster.image().substring(0, tag), cluster.image().substring(tag + 1)));
    return Map.of(
        "VALUES",
        common.toString(),
        "HELM_ARGS",
        "--values " + file("more.yaml", values),
        "TIMEOUT",
        timeout);
  }

  /** Writes a file of the administrator. */
  Path file(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String readyReplicas() {
    return field("deployment/assayer", ".status.readyReplicas");
  }

  /** {@code pod/NAME} of each replica that is ready. */
  List<String> replicas() {
    String ready =
        "{range .items[*]}{.metadata.name} {.status.containerStatuses[0].ready}{\"\\n\"}{end}";
    return kubectl(
            "get", "pods", "-l", "app.kubernetes.io/component=webhook", "-o", "jsonpath=" + ready)
        .lines()
        .filter(line -> line.endsWith(" true"))
        .map(line -> "pod/" + line.substring(0, line.indexOf(' ')))
        .toList();
  }

  /** The page of readiness; kubectl shows it only where the answer is yes. */
  Admin.Result readiness(String pod) {
    return admin.tryKubectl(
        "get",
        "--raw",
        "/api/v1/namespaces/"
            + NAMESPACE
            + "/pods/"
            + pod.substring("pod/".length())
            + ":9090/proxy/health/ready");
  }

  /** A field of an object of the installation. */
  String field(String object, String path) {
    return kubectl("get", object, "-o", "jsonpath={" + path + "}");
  }

  /** Output of kubectl in the namespace of the installation. */
  String kubectl(String... arguments) {
    return kubectlIn(NAMESPACE, arguments);
  }

  /** Output of kubectl in any namespace. */
  String kubectlIn(String namespace, String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "--namespace";
    all[1] = namespace;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return admin.kubectl(all);
  }

  /**
   * Adds to {@code target/node-report.txt} how it is on the node.
   *
   * @param title what failed
   */
  void report(String title) throws IOException {
    List<List<String>> questions =
        List.of(
            List.of("get", "nodes,pods,deployments,replicasets,jobs", "-A", "-o", "wide"),
            List.of(
                "get",
                "mutatingwebhookconfigurations,validatingwebhookconfigurations",
                "-o",
                "wide"),
            List.of("get", "events", "-A", "--sort-by=.lastTimestamp"),
            List.of("describe", "pods", "-n", NAMESPACE),
            logs("webhook", ""),
            logs("webhook", "--previous"),
            logs("hooks", ""),
            logs("sentinel", ""),
            logs("test", ""));
    StringBuilder text = new StringBuilder("==== " + title + " failed; the node then:\n");
    for (List<String> question : questions) {
      text.append("---- kubectl ").append(String.join(" ", question)).append('\n');
      String answer = admin.tryKubectl(question.toArray(String[]::new)).text();
      text.append(answer.substring(Math.max(0, answer.length() - REPORTED))).append('\n');
    }
    Files.writeString(
        Path.of("target/node-report.txt"),
        text,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static List<String> logs(String component, String more) {
    List<String> command =
        List.of(
            "logs",
            "-n",
            NAMESPACE,
            "-l",
            "app.kubernetes.io/component=" + component,
            "--prefix",
            "--tail=40");
    return more.isEmpty() ? command : Stream.concat(command.stream(), Stream.of(more)).toList();
  }

  private void close() {
    cluster.close();
    upstream.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
