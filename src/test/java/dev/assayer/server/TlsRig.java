package dev.assayer.server;

import dev.assayer.config.WebhookConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;

/** Certificate files, the identity read from them, and a real server on loopback that shows it. */
final class TlsRig implements AutoCloseable {
  final Path dir;
  final TlsRecorder events = new TlsRecorder();
  final ServingIdentity identity;
  private final WebServer server;
  private volatile Duration ahead = Duration.ZERO;

  private TlsRig(Path dir, boolean mutual) throws TlsSetupException {
    this.dir = dir;
    InstantSource clock = () -> Instant.now().plus(ahead);
    this.identity = ServingIdentity.read(files(dir, mutual), events, clock);
    this.server = serve(identity, true);
  }

  /** A server for anybody. */
  static TlsRig open(Path dir, TlsAuthority.Issued shown) throws TlsSetupException {
    write(dir, shown.pem(), shown.key());
    return new TlsRig(dir, false);
  }

  /** A server for clients of this authority. */
  static TlsRig mutual(Path dir, TlsAuthority.Issued shown, TlsAuthority clients)
      throws TlsSetupException {
    write(dir, shown.pem(), shown.key());
    write(dir.resolve("ca.crt"), clients.pem());
    return new TlsRig(dir, true);
  }

  static Optional<WebhookConfig.Tls> files(Path dir, boolean mutual) {
    return Optional.of(
        new WebhookConfig.Tls(
            dir.resolve("tls.crt"),
            dir.resolve("tls.key"),
            mutual ? Optional.of(dir.resolve("ca.crt")) : Optional.empty()));
  }

  /** A server that answers {@code GET /} with the subject of its client. */
  static WebServer serve(ServingIdentity identity, boolean nio) {
    return WebServer.builder()
        .host("127.0.0.1")
        .port(0)
        .featuresDiscoverServices(false)
        .shutdownHook(false)
        .useNio(nio)
        .tls(identity.tls())
        .routing(
            HttpRouting.builder()
                .get(
                    "/",
                    (request, answer) ->
                        answer.send(
                            request
                                .remotePeer()
                                .tlsPrincipal()
                                .map(Object::toString)
                                .orElse("anonymous"))))
        .build()
        .start();
  }

  int port() {
    return server.port();
  }

  TlsLine connect(SSLContext client, String... protocols) throws IOException {
    return TlsLine.connect(
        port(),
        client,
        parameters -> {
          if (protocols.length > 0) {
            parameters.setProtocols(protocols);
          }
        });
  }

  /** One request over a connection of its own. */
  String get(SSLContext client, String... protocols) throws IOException {
    try (TlsLine line = connect(client, protocols)) {
      return line.get();
    }
  }

  /** Puts the clock forward and looks at the files. */
  void advance(Duration time) {
    ahead = ahead.plus(time);
    identity.poll();
  }

  static void write(Path dir, String certificate, String key) {
    write(dir.resolve("tls.crt"), certificate);
    write(dir.resolve("tls.key"), key);
  }

  void write(TlsAuthority.Issued issued) {
    write(dir, issued.pem(), issued.key());
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for something that must come, 30 s at most. */
  static boolean soon(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1500 && !condition.getAsBoolean(); i++) {
      Thread.sleep(20);
    }
    return condition.getAsBoolean();
  }

  @Override
  public void close() {
    server.stop();
    identity.close();
  }
}
