package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.Await;
import dev.assayer.testing.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A witness that other people wrote: {@code litewitness} of {@code filippo.io/torchwood}, built
 * from its Go module, with its state in a database of its own. It can be stopped and started.
 */
final class RealWitness implements AutoCloseable {
  private static final Path SOURCE = Path.of("src/test/resources/audit/witness");
  private static final String NAME = "witness.example/w";

  private final Path dir;
  private final int port;
  private final Process agent;
  private final String fingerprint;
  private Optional<Process> witness = Optional.empty();

  private RealWitness(Path dir, int port, Process agent, String fingerprint) {
    this.dir = dir;
    this.port = port;
    this.agent = agent;
    this.fingerprint = fingerprint;
  }

  /** Builds the programs into this folder: a minute or two for the first time. */
  static void build(Path into) throws IOException, InterruptedException {
    for (String file : List.of("main.go", "go.mod", "go.sum")) {
      Files.copy(SOURCE.resolve(file), into.resolve(file));
    }
    run(into, "go", "build", "-o", "witnessrig", ".");
    run(into, "go", "build", "-o", "litewitness", "filippo.io/torchwood/cmd/litewitness");
  }

  /** Starts one with a new key, which knows no log. */
  static RealWitness start(Path programs, Path dir) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.createDirectories(dir);
    for (String program : List.of("witnessrig", "litewitness")) {
      Files.createSymbolicLink(dir.resolve(program), programs.resolve(program).toAbsolutePath());
    }
    Process agent =
        new ProcessBuilder("./witnessrig", "agent", "agent.sock")
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    BufferedReader said = agent.inputReader(StandardCharsets.UTF_8);
    RealWitness made = new RealWitness(dir, port, agent, said.readLine());
    made.start();
    return made;
  }

  /** Starts it, or starts it again with what it knew. */
  void start() throws IOException {
    witness =
        Optional.of(
            new ProcessBuilder(
                    "./litewitness",
                    "-name",
                    NAME,
                    "-db",
                    "witness.db",
                    "-ssh-agent",
                    "agent.sock",
                    "-listen",
                    "127.0.0.1:" + port,
                    "-key",
                    fingerprint)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("out").toFile())
                .start());
    Await.until(
        "the witness listens",
        () -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
          } catch (IOException notYet) {
            return false;
          }
        });
  }

  void stop() {
    witness.ifPresent(Programs::stop);
    witness = Optional.empty();
  }

  URI prefix() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Its key as its own output shows it: {@code name+id+key}. */
  String key() throws IOException {
    String out = Files.readString(dir.resolve("out"));
    return out.split("vkey=", 2)[1].split("\\s", 2)[0];
  }

  /** Tells it of a log: the operator of a witness does that. */
  void knows(String origin, String key) throws IOException, InterruptedException {
    var _ = run(dir, "./witnessrig", "know", "witness.db", origin, key);
  }

  /** A third party verifies both signatures of a cosigned checkpoint; what it says of it. */
  String verified(Path note, String logKey) throws IOException, InterruptedException {
    return run(dir, "./witnessrig", "check", note.toAbsolutePath().toString(), logKey, key());
  }

  private static String run(Path folder, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", command) + ": " + out).isZero();
    return out.strip();
  }

  @Override
  public void close() {
    stop();
    Programs.stop(agent);
  }
}
