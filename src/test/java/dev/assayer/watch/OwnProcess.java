package dev.assayer.watch;

import dev.assayer.cli.Main;
import dev.assayer.testing.Await;
import dev.assayer.testing.OwnClassPath;
import dev.assayer.testing.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code assayer serve} in a process of its own, with few descriptors, at addresses that stay. A
 * new one takes the place of the old one when it serves, as a rollout does.
 */
final class OwnProcess implements AutoCloseable {
  static final int DESCRIPTORS = 400;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Where the first self-test comes too soon for a starved machine, the next is a minute later. */
  private static final Duration START = Duration.ofMinutes(4);

  private final Site site;
  private final String yaml;
  private final LiveReplica front;
  private Optional<Running> running = Optional.empty();
  private int number;

  private record Running(LiveReplica files, Process process) {}

  /** Not started yet. */
  OwnProcess(Site site, String yaml) {
    this.site = site;
    this.yaml = yaml;
    this.front = site.replica("front").alike();
  }

  /** Where it is called and scraped. */
  LiveReplica front() {
    return front;
  }

  /** Files and ports of the one that runs. */
  LiveReplica files() {
    return running.orElseThrow().files();
  }

  /** Starts one as it was built, and ends the one before once it serves. */
  void roll() throws IOException {
    roll("", Map.of());
  }

  /** The same with this environment. */
  void roll(Map<String, String> environment) throws IOException {
    roll("", environment);
  }

  /** The same with classes from this folder in the place of those that were built. */
  void roll(Path altered) throws IOException {
    roll(altered.toAbsolutePath() + ":", Map.of());
  }

  private void roll(String before, Map<String, String> environment) throws IOException {
    number++;
    LiveReplica files = site.replica("process" + number);
    files.write(yaml);
    Process process = start(before, files, environment);
    Optional<Running> old = running;
    try {
      Await.until(START, () -> !process.isAlive() || serves(files));
      if (!process.isAlive()) {
        throw new AssertionError(Files.readString(files.directory().resolve("log")));
      }
    } catch (AssertionError | IOException failure) {
      Programs.stop(process);
      throw failure;
    }
    running = Optional.of(new Running(files, process));
    front.leadTo(files);
    old.ifPresent(gone -> Programs.stop(gone.process()));
  }

  private static Process start(String before, LiveReplica files, Map<String, String> environment) {
    return Programs.start(
        List.of(
            "/bin/sh",
            "-c",
            "ulimit -n " + DESCRIPTORS + "; exec \"$0\" \"$@\"",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-XX:-MaxFDLimit",
            "-cp",
            before + OwnClassPath.text(),
            Main.class.getName(),
            "serve",
            "--config",
            files.directory().resolve("assayer.yaml").toString()),
        environment,
        files.directory().resolve("log"));
  }

  /** Whether it is ready, and has had the time to answer itself. */
  private static boolean serves(LiveReplica files) {
    try {
      String metrics =
          HTTP.send(
                  HttpRequest.newBuilder(URI.create("http://" + files.target() + "/metrics"))
                      .timeout(Duration.ofSeconds(2))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return metrics.contains("\nassayer_ready 1.0\n")
          && metrics.contains("\nassayer_selftest_success{case=\"known_good_dct\"} 1.0\n");
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** How many it has open. */
  long descriptors() throws IOException {
    long pid = running.orElseThrow().process().pid();
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return open.count();
    }
  }

  void signal(String signal) {
    Running now = running.orElseThrow();
    String _ =
        Programs.run(
            List.of("/bin/kill", signal, Long.toString(now.process().pid())),
            Map.of(),
            now.files().directory().resolve("kill.out"),
            "",
            Duration.ofSeconds(5));
  }

  @Override
  public void close() {
    running.ifPresent(now -> Programs.stop(now.process()));
    running = Optional.empty();
  }
}
