package dev.assayer.testing;

import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The real notary-signer and notary-server on free loopback ports, with TLS from a test authority
 * and nothing kept when they stop. Needs the Debian package {@code notary}; tests that use it carry
 * {@link NeedsRealNotary}.
 */
public final class RealNotary implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 3;
  private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

  private final Path directory;
  private final Path caFile;
  private final String caPem;
  private final int port;
  private final List<Process> processes;
  private final AtomicInteger clients = new AtomicInteger();

  private RealNotary(Path directory, String caPem, int port, List<Process> processes) {
    this.directory = directory;
    this.caFile = directory.resolve("ca.crt");
    this.caPem = caPem;
    this.port = port;
    this.processes = processes;
  }

  /** Whether the three programs are installed. */
  public static boolean available() {
    return List.of("notary", "notary-server", "notary-signer").stream()
        .allMatch(program -> Programs.find(program).isPresent());
  }

  /**
   * Starts both daemons and waits until the server is healthy, at most 20 s.
   *
   * @param directory for keys, configuration, logs and the clients' trust directories
   */
  public static RealNotary start(Path directory) {
    TestCa ca = new TestCa("notary test authority");
    String caPem = pem(ca.certificate());
    TestCa.Identity loopback = ca.localhost();
    SignerKeys.Identity identity =
        SignerKeys.write(directory, "localhost", pem(loopback.certificate()), loopback.key());
    try {
      Files.writeString(directory.resolve("ca.crt"), caPem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    IllegalStateException last = new IllegalStateException("never tried");
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return startOnce(directory, caPem, identity);
      } catch (IllegalStateException portTaken) {
        last = portTaken;
      }
    }
    throw last;
  }

  private static RealNotary startOnce(Path directory, String caPem, SignerKeys.Identity identity) {
    int signerPort = freePort();
    int serverPort = freePort();
    Process signer =
        daemon("notary-signer", directory, signerConfiguration(directory, identity, signerPort));
    try {
      await("notary-signer", signer, () -> accepts(signerPort));
      Process server =
          daemon(
              "notary-server",
              directory,
              serverConfiguration(directory, identity, serverPort, signerPort));
      RealNotary notary = new RealNotary(directory, caPem, serverPort, List.of(server, signer));
      try {
        await("notary-server", server, notary::healthy);
        return notary;
      } catch (IllegalStateException e) {
        Programs.stop(server);
        throw e;
      }
    } catch (IllegalStateException e) {
      Programs.stop(signer);
      throw e;
    }
  }

  /** {@code https://localhost:port}. */
  public URI uri() {
    return URI.create("https://" + host());
  }

  /** Host and port as they stand in a validator's configuration. */
  public String host() {
    return "localhost:" + port;
  }

  /** The only trust anchor for {@link #uri()}. */
  public String caPem() {
    return caPem;
  }

  /** A new client with a trust directory of its own: another person, another machine. */
  public NotaryClient client() {
    Path home = directory.resolve("client-" + clients.incrementAndGet());
    try {
      return new NotaryClient(uri(), caFile, Files.createDirectory(home));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the server hands out for a repository, right now. */
  public ServedTrustData served(String gun) {
    return new ServedTrustData(uri(), caPem, gun);
  }

  /** The first root key of the served root.json, as PEM: what an operator pins. */
  public String rootPublicKeyPem(String gun) {
    return TrustFiles.rootPublicKeyPem(served(gun).required("root.json"));
  }

  /** Ends the server; its port refuses connections from then on. */
  public void stopServer() {
    Programs.stop(processes.getFirst());
  }

  /** The server's process id, for signals. */
  public long serverPid() {
    return processes.getFirst().pid();
  }

  /** Ends both daemons. */
  @Override
  public void close() {
    processes.forEach(Programs::stop);
  }

  private static String pem(X509Certificate certificate) {
    try {
      return SignerKeys.pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean healthy() {
    return accepts(port) && new ServedTrustData(uri(), caPem, "health").healthy();
  }

  private static Process daemon(String program, Path directory, JsonObject configuration) {
    Path file = directory.resolve(program + ".json");
    try {
      Files.writeString(file, JsonText.pretty(configuration));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String path = Programs.find(program).map(Path::toString).orElseThrow(() -> absent(program));
    return Programs.start(
        List.of(path, "-config", file.toString()),
        ENVIRONMENT,
        directory.resolve(program + ".log"));
  }

  private static JsonObject signerConfiguration(
      Path directory, SignerKeys.Identity identity, int port) {
    return JsonObject.builder()
        .put(
            "server",
            JsonObject.builder()
                .put("grpc_addr", "127.0.0.1:" + port)
                .put("tls_cert_file", identity.certificate().toString())
                .put("tls_key_file", identity.key().toString())
                .put("client_ca_file", directory.resolve("ca.crt").toString())
                .build())
        .put("logging", JsonObject.builder().put("level", "error").build())
        .put("storage", JsonObject.builder().put("backend", "memory").build())
        .build();
  }

  private static JsonObject serverConfiguration(
      Path directory, SignerKeys.Identity identity, int port, int signerPort) {
    return JsonObject.builder()
        .put(
            "server",
            JsonObject.builder()
                .put("http_addr", "127.0.0.1:" + port)
                .put("tls_cert_file", identity.certificate().toString())
                .put("tls_key_file", identity.key().toString())
                .build())
        .put(
            "trust_service",
            JsonObject.builder()
                .put("type", "remote")
                .put("hostname", "127.0.0.1")
                .put("port", Integer.toString(signerPort))
                .put("key_algorithm", "ecdsa")
                .put("tls_ca_file", directory.resolve("ca.crt").toString())
                .put("tls_client_cert", identity.certificate().toString())
                .put("tls_client_key", identity.key().toString())
                .build())
        .put("logging", JsonObject.builder().put("level", "error").build())
        .put("storage", JsonObject.builder().put("backend", "memory").build())
        .build();
  }

  static IllegalStateException absent(String program) {
    return new IllegalStateException(
        program + " is not installed; " + NeedsRealNotary.Condition.REMEDY);
  }

  private static void await(String program, Process process, BooleanSupplier ready) {
    long end = System.nanoTime() + START.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(program + " ended with " + process.exitValue());
      }
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(program + " was not ready within " + START);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + program, e);
      }
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
