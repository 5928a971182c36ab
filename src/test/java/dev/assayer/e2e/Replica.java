package dev.assayer.e2e;

import dev.assayer.decision.Decision;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.server.QuickServer;
import dev.assayer.server.Server;
import dev.assayer.server.ServerSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** One replica of the webhook: the real server in this process, with the files of its pod. */
final class Replica implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String LISTENERS =
      """
      apiVersion: assayer.dev/v1
      cluster: e2e
      webhook:
        address: 127.0.0.1
        port: 0
        tls: {certificateFile: tls.crt, keyFile: tls.key}
      admin: {address: 127.0.0.1, port: 0}
      """;

  private final Path directory;
  private final Server server;
  private final Queue<Decision> decisions = new ConcurrentLinkedQueue<>();

  private Replica(Path directory, String name, Map<String, String> environment) {
    this.directory = directory;
    server =
        QuickServer.start(
            new ServerSetup(
                directory.resolve("assayer.yaml"),
                environment,
                "0.1.0",
                name,
                decisions::add,
                () -> 0));
  }

  /**
   * Starts one; it becomes ready in its own time.
   *
   * @param directory the parent of a new directory with its files
   * @param policy the configuration but for the listeners
   */
  static Replica start(
      Path directory,
      String name,
      String policy,
      ServerIdentity identity,
      Map<String, String> environment) {
    try {
      Path own = Files.createDirectory(directory.resolve(name));
      show(own, identity);
      put(own.resolve("assayer.yaml"), LISTENERS + policy);
      return new Replica(own, name, environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Server server() {
    return server;
  }

  /** Its decisions so far. */
  List<Decision> decisions() {
    return List.copyOf(decisions);
  }

  /** Replaces its configuration, as a changed ConfigMap does. */
  void configure(String policy) {
    put(directory.resolve("assayer.yaml"), LISTENERS + policy);
  }

  /** Replaces its certificate, as a renewed Secret does. */
  void show(ServerIdentity identity) {
    show(directory, identity);
  }

  /** Whether a new connection meets a certificate of this authority. */
  boolean shows(DemoCa authority) {
    URI at = server.webhookAddress();
    try (SSLSocket socket =
        (SSLSocket)
            authority.clientContext().getSocketFactory().createSocket(at.getHost(), at.getPort())) {
      socket.startHandshake();
      return true;
    } catch (SSLException another) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void show(Path directory, ServerIdentity identity) {
    put(directory.resolve("tls.crt"), identity.certificatePem());
    put(directory.resolve("tls.key"), identity.privateKeyPem());
  }

  /** What a page of the admin listener says, whatever its status. */
  String page(String path) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(server.adminAddress().resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** As the kubelet ends a pod: SIGTERM, with the pause that the process makes in a cluster. */
  boolean terminate() {
    return server.stop(Duration.ofSeconds(1));
  }

  private static void put(Path file, String text) {
    try {
      Path whole = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
