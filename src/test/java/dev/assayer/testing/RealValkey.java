package dev.assayer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real Valkey, or Redis, on a free loopback port, with TLS from a test authority and a password.
 * Needs the Debian package {@code redis-server}; tests that use it carry {@link NeedsValkey}.
 */
public final class RealValkey implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);

  private final Path directory;
  private final Path passwordFile;
  private final String caPem;
  private final SignerKeys.Identity identity;
  private final int port;
  private String password = "first password";
  private Process process;

  private RealValkey(Path directory) {
    this.directory = directory;
    TestCa ca = new TestCa("valkey test authority");
    caPem = pem(ca);
    TestCa.Identity localhost = ca.localhost();
    try {
      Files.writeString(directory.resolve("ca.crt"), caPem);
      identity =
          SignerKeys.write(
              directory,
              "valkey",
              SignerKeys.pem("CERTIFICATE", localhost.certificate().getEncoded()),
              localhost.key());
      passwordFile = directory.resolve("password");
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
    tellPassword();
    process = launch();
  }

  private static String pem(TestCa ca) {
    try {
      return SignerKeys.pem("CERTIFICATE", ca.certificate().getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<Path> program(String end) {
    return Stream.of("valkey-", "redis-").flatMap(n -> Programs.find(n + end).stream()).findFirst();
  }

  static boolean available() {
    return program("server").isPresent() && program("cli").isPresent();
  }

  /** Starts one and waits until it answers, at most 20 s. */
  public static RealValkey start(Path directory) {
    RealValkey made = new RealValkey(directory);
    made.await();
    return made;
  }

  private Process launch(String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                program("server").orElseThrow().toString(),
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--tls-cert-file",
                identity.certificate().toString(),
                "--tls-key-file",
                identity.key().toString(),
                "--tls-ca-cert-file",
                directory.resolve("ca.crt").toString(),
                "--tls-auth-clients",
                "no",
                "--requirepass",
                password,
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--rdbcompression",
                "no"));
    command.addAll(List.of(more));
    return Programs.start(command, Map.of(), directory.resolve("valkey.log"));
  }

  private void await() {
    Await.until(
        START,
        () -> {
          try {
            return cli("ping").contains("PONG");
          } catch (IllegalStateException notYet) {
            return false;
          }
        });
  }

  /** {@code rediss://localhost:port/1}. */
  public URI uri() {
    return URI.create("rediss://localhost:" + port + "/1");
  }

  /** The only trust anchor for it. */
  public String caPem() {
    return caPem;
  }

  /** Holds the password as far as it was told. */
  public Path passwordFile() {
    return passwordFile;
  }

  /** Gives a command to database 1, and what it answered. */
  public String cli(String... command) {
    List<String> line =
        new ArrayList<>(
            List.of(
                program("cli").orElseThrow().toString(),
                "--tls",
                "--cacert",
                directory.resolve("ca.crt").toString(),
                "-h",
                "localhost",
                "-p",
                Integer.toString(port),
                "-n",
                "1"));
    line.addAll(List.of(command));
    return Programs.run(
        line,
        Map.of("REDISCLI_AUTH", password),
        directory.resolve("cli.out"),
        "",
        Duration.ofSeconds(10));
  }

  /** Changes the password and cuts all connections; who has the file does not know it yet. */
  public void changePassword() {
    String next = "another password";
    String before = cli("config", "set", "requirepass", next);
    if (!before.contains("OK")) {
      throw new IllegalStateException(before);
    }
    password = next;
    cli("client", "kill", "type", "normal");
  }

  /** Writes the password into the file. */
  public void tellPassword() {
    try {
      Files.writeString(passwordFile, password + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the process where it is: the kernel still takes connections, nobody answers. */
  public void freeze() {
    signal("-STOP");
  }

  /** Lets it go on. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    Programs.run(
        List.of("/bin/kill", signal, Long.toString(process.pid())),
        Map.of(),
        directory.resolve("kill.out"),
        "",
        Duration.ofSeconds(5));
  }

  /** Ends the server; its port refuses connections from then on. */
  public void stop() {
    Programs.stop(process);
  }

  /** Starts it again, empty. */
  public void again() {
    process = launch();
    await();
  }

  /** Saves what it has and starts it again, so slow in loading that it says LOADING for seconds. */
  public void againLoading() {
    for (int i = 0; i < 20; i++) {
      cli("set", "ballast" + i, "x".repeat(3000));
    }
    cli("save");
    stop();
    process =
        launch("--key-load-delay", "150000", "--loading-process-events-interval-bytes", "1024");
    Await.until(
        START,
        () -> {
          try {
            return cli("ping").contains("LOADING");
          } catch (IllegalStateException notYet) {
            return String.valueOf(notYet.getMessage()).contains("LOADING");
          }
        });
  }

  @Override
  public void close() {
    stop();
  }
}
