package dev.assayer.bench;

import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** {@code target/assayer serve}, as a user starts it: a process of its own. */
final class ServedAssayer implements AutoCloseable {
  private static final Path LAUNCHER = Path.of("target", "assayer");
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Process process;
  private final URI webhook;
  private final SSLContext tls;
  private final double startMillis;

  /**
   * What a process holds.
   *
   * @param rssMiB resident memory
   */
  record Footprint(double rssMiB, long descriptors, long threads) {}

  private ServedAssayer(Process process, URI webhook, SSLContext tls, double startMillis) {
    this.process = process;
    this.webhook = webhook;
    this.tls = tls;
    this.startMillis = startMillis;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param directory for configuration, keys and log; must exist
   * @param maxAge {@code freshness.timestampMaxAge}
   */
  static ServedAssayer start(Path directory, Repositories repositories, String maxAge)
      throws IOException, InterruptedException, TimeoutException {
    return start(
        directory, repositories.notary(), repositories.caPem(), repositories.rootPem(), maxAge);
  }

  static ServedAssayer start(
      Path directory, URI notary, String caPem, String rootPem, String maxAge)
      throws IOException, InterruptedException, TimeoutException {
    return start(
        directory,
        """
        freshness: {timestampMaxAge: %s}
        validators:
          - name: default
            type: notaryV1
            host: %s
            ca: |
              %s
            trustRoots:
              - name: default
                key: |
                  %s
        policy:
          - pattern: "*:*"
        """
            .formatted(
                maxAge,
                notary.getAuthority(),
                caPem.strip().replace("\n", "\n      "),
                rootPem.strip().replace("\n", "\n          ")));
  }

  /**
   * The same with another configuration.
   *
   * @param more what the configuration says beside its listeners
   */
  static ServedAssayer start(Path directory, String more)
      throws IOException, InterruptedException, TimeoutException {
    DemoCa ca = DemoCa.create();
    ServerIdentity identity = ca.identity();
    Files.writeString(directory.resolve("tls.crt"), identity.certificatePem());
    Files.writeString(directory.resolve("tls.key"), identity.privateKeyPem());
    int webhookPort = freePort();
    int adminPort = freePort();
    String configuration =
        """
        apiVersion: assayer.dev/v1
        webhook:
          {address: 127.0.0.1, port: %d, tls: {certificateFile: tls.crt, keyFile: tls.key}}
        admin: {address: 127.0.0.1, port: %d}
        """
                .formatted(webhookPort, adminPort)
            + more;
    Path file = Files.writeString(directory.resolve("assayer.yaml"), configuration);
    long begun = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(LAUNCHER.toString(), "serve", "--config", file.toString())
            .redirectOutput(Redirect.to(directory.resolve("log").toFile()))
            .redirectError(Redirect.to(directory.resolve("err").toFile()));
    // The heap is measured by attaching, which the options that ship forbid.
    builder.environment().put("ASSAYER_JAVA_OPTS", "-XX:-DisableAttachMechanism");
    Process process = builder.start();
    while (!ready(adminPort)) {
      if (!process.isAlive() || System.nanoTime() - begun > START_NANOS) {
        process.destroyForcibly();
        throw new TimeoutException("assayer serve was not ready; see " + directory);
      }
      Thread.sleep(2);
    }
    return new ServedAssayer(
        process,
        URI.create("https://localhost:" + webhookPort),
        ca.clientContext(),
        (System.nanoTime() - begun) / 1e6);
  }

  URI webhook() {
    return webhook;
  }

  /** A client's context that trusts its certificate. */
  SSLContext tls() {
    return tls;
  }

  /** From the start of the launcher until {@code /health/ready} answered 200. */
  double startMillis() {
    return startMillis;
  }

  /** What Linux says of it now. */
  Footprint footprint() throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    List<String> status = Files.readAllLines(proc.resolve("status"));
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      return new Footprint(
          number(status, "VmRSS:") / 1024.0, open.count(), number(status, "Threads:"));
    }
  }

  /** MiB of live objects: the heap after a full collection. */
  double liveHeapMiB() throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(jcmd.toString(), pid, "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (InputStream said = histogram.getInputStream()) {
      String all = new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
      histogram.waitFor();
      String[] total = all.substring(all.lastIndexOf('\n') + 1).strip().split(" +", -1);
      return Long.parseLong(total[2]) / 1048576.0;
    }
  }

  private static long number(List<String> status, String field) {
    String line = status.stream().filter(one -> one.startsWith(field)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  private static boolean ready(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes(12);
      return new String(status, StandardCharsets.US_ASCII).endsWith(" 200");
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Tells it to end, and waits. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
