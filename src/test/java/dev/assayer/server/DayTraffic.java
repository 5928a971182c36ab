package dev.assayer.server;

import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.RawHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Those who deploy: some ask replicas as an API server does, some ask a real API server. */
final class DayTraffic implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(150);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean over;
  private volatile boolean quiet;

  /** Nobody asks a replica directly while this holds; the API server goes on. */
  void quiet(boolean yes) {
    quiet = yes;
  }

  /** Asks this webhook about these images in turn, until the end. */
  void ask(int port, SSLContext trust, List<String> images) {
    threads.execute(() -> {
      while (!over) {
        try (Caller caller = Caller.to(port, trust)) {
          while (!over) {
            if (!quiet) {
              String image = images.get(Math.floorMod(next.getAndIncrement(), images.size()));
              both(caller, image);
            }
            pause(PAUSE);
          }
        } catch (IOException restarted) {
          pause(PAUSE);
        }
      }
    });
  }

  /** What happens to one pod: mutated, then validated as it is then. */
  private static void both(Caller caller, String image) throws IOException {
    Caller.Told told = caller.create(image);
    if (told.allowed()) {
      String pinned = told.patched().isEmpty() ? image : told.patched().getFirst();
      caller.ask("/validate?timeout=10s", "", pinned);
    }
  }

  /** Creates pods with this image through the API server, until the end. */
  void create(ControlPlane plane, String namespace, String image) {
    HttpClient http = HttpClient.newBuilder().sslContext(trusting(plane.caPem())).build();
    threads.execute(() -> {
      for (int i = 0; !over; i++) {
        try {
          var _ = http.send(pod(plane, namespace, image, i % 4 == 0), BodyHandlers.discarding());
        } catch (IOException busy) {
          pause(PAUSE);
        } catch (InterruptedException ended) {
          return;
        }
        pause(PAUSE.multipliedBy(2));
      }
    });
  }

  private static HttpRequest pod(ControlPlane plane, String namespace, String image, boolean dry) {
    String pod =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"web-"},
        "spec":{"containers":[{"name":"web","image":"%s"}]}}
        """
            .formatted(image);
    return HttpRequest.newBuilder(
            plane
                .uri()
                .resolve("/api/v1/namespaces/" + namespace + "/pods" + (dry ? "?dryRun=All" : "")))
        .timeout(Duration.ofSeconds(15))
        .header("Authorization", "Bearer " + plane.adminToken())
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(pod))
        .build();
  }

  /** So many requests at once, each with two seconds for its decision. */
  void burst(int port, SSLContext trust, int count, String image) {
    for (int i = 0; i < count; i++) {
      threads.execute(() -> {
        try (Caller caller = Caller.to(port, trust)) {
          caller.ask("/mutate?timeout=2s", "", image);
        } catch (IOException ended) {
          // it was only for the load
        }
      });
    }
  }

  /** Asks once for each image, whatever the answer. */
  static void each(int port, SSLContext trust, List<String> images) {
    try (Caller caller = Caller.to(port, trust)) {
      for (String image : images) {
        caller.create(image);
      }
    } catch (IOException busy) {
      pause(PAUSE); // what became of it is in the metrics
    }
  }

  /** A pod in a namespace, asked about as {@link Caller#create}. */
  static void in(int port, SSLContext trust, String namespace, String image) {
    String body =
        Caller.pod(UUID.randomUUID().toString(), image)
            .replace("\"namespace\":\"shop\"", "\"namespace\":\"" + namespace + "\"");
    send(port, trust, Rig.post("/mutate?timeout=10s", body, ""));
  }

  /** Sends what no API server sends. */
  static void send(int port, SSLContext trust, String text) {
    try (RawHttp http = RawHttp.tls(port, trust)) {
      var _ = http.send(text).answer();
    } catch (IOException closed) {
      // an answer is not owed
    }
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A client that trusts these certificates alone. */
  static SSLContext trusting(String pem) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    over = true;
    threads.shutdownNow();
  }
}
