package dev.assayer.e2e;

import dev.assayer.testing.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One node in a container of its own: {@code rancher/k3s}, or an image that takes what it takes:
 * the argument {@code server}, image archives in {@code /var/lib/rancher/k3s/agent/images}, port
 * 6443, {@code /etc/rancher/k3s/k3s.yaml} and a log line when the node is ready.
 */
final class DockerNode implements NodeCluster {
  /** Environment variable that names the node's image. */
  private static final String VARIABLE = "ASSAYER_E2E_NODE";

  private static final String K3S = "rancher/k3s";
  private static final String DEFAULT = K3S + ":v1.34.1-k3s1";

  /** What {@code make image} has built last. */
  private static final Path BUILT = Path.of("target/image.txt");

  private static final String READY = "Node controller sync successful";
  private static final String EXEMPT = "registry.k8s.io/assayer-e2e/sample:1";
  private static final Duration COMMAND = Duration.ofMinutes(5);
  private static final Duration START = Duration.ofMinutes(6);

  private final Path directory;
  private final String image;
  private String container = "";

  private DockerNode(Path directory, String image) {
    this.directory = directory;
    this.image = image;
  }

  /** Why there can be no node here; empty if there can be one. */
  static Optional<String> missing() {
    if (!Files.exists(BUILT)) {
      return Optional.of("there is no image of Assayer; run `make image`");
    }
    try {
      Path output = Files.createTempFile("docker", ".txt");
      try {
        var _ = docker(output, "version");
        return Optional.empty();
      } catch (IllegalStateException broken) {
        return Optional.of("no Docker daemon answers; start one, or name it by DOCKER_HOST");
      } finally {
        Files.deleteIfExists(output.resolveSibling(output.getFileName() + ".in"));
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nodeImage() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(name -> !name.isBlank())
        .orElse(DEFAULT);
  }

  static DockerNode start(Path directory, Upstream upstream) {
    try {
      DockerNode node = new DockerNode(directory, Files.readString(BUILT).strip());
      try {
        node.run(nodeImage(), upstream);
        return node;
      } catch (IOException | RuntimeException | AssertionError broken) {
        node.close();
        throw broken;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(String nodeImage, Upstream upstream) throws IOException {
    Path images = Files.createDirectories(directory.resolve("images"));
    docker("tag", image, EXEMPT);
    docker("save", "-o", images.resolve("assayer.tar").toString(), image, EXEMPT);
    docker("rmi", EXEMPT);
    List<String> command =
        new ArrayList<>(
            List.of(
                "run",
                "--detach",
                "--add-host=" + Upstream.REGISTRY + ":host-gateway",
                "--volume=" + images.toAbsolutePath() + ":/var/lib/rancher/k3s/agent/images:ro",
                "--publish=127.0.0.1::6443"));
    command.addAll(registry(upstream));
    if (nodeImage.contains(K3S)) {
      command.addAll(List.of("--privileged", "--tmpfs=/run", "--tmpfs=/var/run"));
    } else {
      command.addAll(
          List.of("--cap-add=ALL", "--cap-drop=SYS_RESOURCE", "--security-opt=seccomp=unconfined"));
    }
    command.addAll(List.of(nodeImage, "server"));
    container = docker(command.toArray(String[]::new)).strip();
    Waiting.until(
        START, "the node is ready", () -> docker("logs", container), log -> log.contains(READY));
    String address = docker("port", container, "6443/tcp").lines().findFirst().orElseThrow();
    Files.writeString(
        kubeconfig(),
        docker("exec", container, "cat", "/etc/rancher/k3s/k3s.yaml")
            .replace("https://127.0.0.1:6443", "https://" + address));
  }

  /** The registry's authority, as containerd reads it, and as k3s writes it for its containerd. */
  private List<String> registry(Upstream upstream) throws IOException {
    String host = upstream.registryHost();
    String certificates = "/etc/containerd/certs.d";
    Path folder = Files.createDirectories(directory.resolve("certs.d"));
    Files.writeString(folder.resolve("ca.crt"), upstream.caPem());
    Files.writeString(
        Files.createDirectories(folder.resolve(host)).resolve("hosts.toml"),
        """
        server = "https://%1$s"
        [host."https://%1$s"]
        capabilities = ["pull", "resolve"]
        ca = "%2$s/ca.crt"
        """
            .formatted(host, certificates));
    Path k3s =
        Files.writeString(
            directory.resolve("registries.yaml"),
            "configs: {\"%s\": {tls: {ca_file: %s/ca.crt}}}\n".formatted(host, certificates));
    return List.of(
        "--volume=" + folder.toAbsolutePath() + ":" + certificates + ":ro",
        "--volume=" + k3s.toAbsolutePath() + ":/etc/rancher/k3s/registries.yaml:ro");
  }

  @Override
  public String hostAddress() {
    return docker("exec", container, "cat", "/etc/hosts")
        .lines()
        .filter(line -> line.endsWith(Upstream.REGISTRY))
        .map(line -> line.split("\\s", 2)[0])
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  @Override
  public String image() {
    return image;
  }

  @Override
  public String exemptImage() {
    return EXEMPT;
  }

  @Override
  public void close() {
    if (!container.isEmpty()) {
      docker("rm", "--force", "--volumes", container);
    }
  }

  private String docker(String... arguments) {
    return docker(directory.resolve("docker.out"), arguments);
  }

  private static String docker(Path output, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.find("docker")
                    .orElseThrow(() -> new IllegalStateException("docker is not on the PATH"))
                    .toString()));
    command.addAll(List.of(arguments));
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", output.toAbsolutePath().getParent().toString());
    Optional.ofNullable(System.getenv("DOCKER_HOST"))
        .ifPresent(host -> environment.put("DOCKER_HOST", host));
    return Programs.run(command, environment, output, "", COMMAND);
  }
}
