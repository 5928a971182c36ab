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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What an administrator does with a cluster: kubectl, Helm, and the commands of {@code make}. */
final class Admin {
  private static final Duration COMMAND = Duration.ofMinutes(10);

  private final Path directory;
  private final NodeCluster cluster;
  private final AtomicInteger runs = new AtomicInteger();

  /** What a command came to. */
  record Result(boolean fine, String text) {}

  /** Which of the programs is missing, with what to do; empty if none is. */
  static Optional<String> missing() {
    return Stream.of("kubectl", "helm")
        .filter(name -> find(name).isEmpty())
        .map(name -> name + " is neither on the PATH nor in KUBEBUILDER_ASSETS")
        .findFirst();
  }

  Admin(Path directory, NodeCluster cluster) {
    this.directory = directory;
    this.cluster = cluster;
  }

  /** Output of kubectl, which must succeed. */
  String kubectl(String... arguments) {
    return run("", command("kubectl", arguments), Map.of());
  }

  /** Output of kubectl, whatever it comes to. */
  Result tryKubectl(String... arguments) {
    return attempt(() -> kubectl(arguments));
  }

  void apply(String yaml) {
    run(yaml, command("kubectl", "apply", "-f", "-"), Map.of());
  }

  String helm(String... arguments) {
    return run("", command("helm", arguments), Map.of());
  }

  /** {@code make install} and its like. */
  String cluster(String verb, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("CONTEXT", NodeCluster.CONTEXT);
    environment.put("KUBECTL", program("kubectl"));
    environment.put("HELM", program("helm"));
    return run("", List.of("/bin/sh", "src/build/cluster.sh", verb), environment);
  }

  Result tryCluster(String verb, Map<String, String> settings) {
    return attempt(() -> cluster(verb, settings));
  }

  private static Result attempt(Supplier<String> work) {
    try {
      return new Result(true, work.get());
    } catch (IllegalStateException failed) {
      return new Result(false, String.valueOf(failed.getMessage()));
    }
  }

  private String run(String input, List<String> command, Map<String, String> more) {
    try {
      Map<String, String> environment = new HashMap<>(more);
      environment.put("KUBECONFIG", cluster.kubeconfig().toString());
      environment.put("HOME", Files.createDirectories(directory.resolve("home")).toString());
      environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
      Path output = directory.resolve("run-" + runs.incrementAndGet());
      return Programs.run(command, environment, output, input, COMMAND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program(program)));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Beside the programs of the control plane, or on the PATH. */
  private static String program(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException(name + " is not on the PATH"))
        .toString();
  }

  private static Optional<Path> find(String name) {
    return Optional.ofNullable(System.getenv("KUBEBUILDER_ASSETS"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).toAbsolutePath().resolve(name))
        .filter(Files::isExecutable)
        .or(() -> Programs.find(name));
  }
}
