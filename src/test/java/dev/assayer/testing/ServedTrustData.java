package dev.assayer.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The files that a Notary serves for one repository, fetched anew at every call. */
public final class ServedTrustData {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final HttpClient http;
  private final URI server;
  private final String gun;

  ServedTrustData(URI server, String caPem, String gun) {
    this.http = HttpClient.newBuilder().sslContext(trusting(caPem)).build();
    this.server = server;
    this.gun = gun;
  }

  /**
   * One file, such as {@code root.json} or {@code targets/releases.json}; empty if the server
   * answers 404.
   */
  public Optional<byte[]> file(String name) {
    HttpResponse<byte[]> answer = get("GET", "/v2/" + gun + "/_trust/tuf/" + name);
    return switch (answer.statusCode()) {
      case 200 -> Optional.of(answer.body());
      case 404 -> Optional.empty();
      default ->
          throw new IllegalStateException(name + " of " + gun + ": HTTP " + answer.statusCode());
    };
  }

  /** One file that must be there. */
  public byte[] required(String name) {
    return file(name)
        .orElseThrow(() -> new IllegalStateException(name + " of " + gun + " is not served"));
  }

  /** The whole answer to any path and method, to look at the server's manners. */
  HttpResponse<byte[]> get(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(ANSWER)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while fetching " + path, e);
    }
  }

  boolean healthy() {
    try {
      return get("GET", "/_notary_server/health").statusCode() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  private static SSLContext trusting(String caPem) {
    try {
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      anchors.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII))));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(anchors);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot trust the test authority", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
