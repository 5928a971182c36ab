package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.samples.KeyKind;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotationUnderLoadTest {
  private static final TlsAuthority CA = new TlsAuthority("server CA");

  @TempDir Path dir;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Set<X509Certificate> shown = ConcurrentHashMap.newKeySet();
  private final AtomicLong requests = new AtomicLong();
  private final List<Thread> clients = new ArrayList<>();

  private interface Loop {
    void once() throws IOException;
  }

  private void client(Loop loop) {
    clients.add(
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!stop.get() && failures.isEmpty()) {
                  loop.once();
                  requests.incrementAndGet();
                  Thread.sleep(2);
                }
              } catch (IOException | InterruptedException | RuntimeException failure) {
                failures.add(failure);
              }
            }));
  }

  @Test
  @DisplayName(
      "OPS-08 rotated, broken and mismatched files under load: no request fails, new connections"
          + " get the newest good certificate")
  void rotation() throws Exception {
    TlsAuthority.Issued first = CA.server();
    TlsRig.write(dir, first.pem(), first.key());
    TlsRecorder events = new TlsRecorder();
    ServingIdentity identity =
        ServingIdentity.read(TlsRig.files(dir, false), events, InstantSource.system());
    Thread watcher = polling(identity);
    WebServer server = TlsRig.serve(identity, true);
    List<TlsLine> lines = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        TlsLine line = TlsLine.connect(server.port(), CA.anonymousClient(), parameters -> {});
        lines.add(line);
        client(line::get);
      }
      for (int i = 0; i < 2; i++) {
        client(() -> connectOnce(server.port()));
      }
      seen(first);

      TlsAuthority.Issued second = CA.server(KeyKind.RSA_2048.generate());
      TlsRig.write(dir.resolve("tls.crt"), second.pem());
      TlsRig.write(dir.resolve("tls.key"), second.key());
      seen(second);

      TlsRig.write(dir.resolve("tls.crt"), "-----BEGIN CERTIFICATE-----\nMIIB");
      assertThat(TlsRig.soon(() -> events.reloads.contains("invalid"))).isTrue();
      TlsRig.write(dir.resolve("tls.crt"), first.pem());
      assertThat(TlsRig.soon(() -> events.reloads.contains("mismatch"))).isTrue();
      assertThat(events.holds).isFalse();
      seen(second);

      TlsAuthority.Issued third = CA.server(KeyKind.ED25519.generate());
      TlsRig.write(dir, third.pem(), third.key());
      seen(third);

      assertThat(shown)
          .containsExactlyInAnyOrder(
              first.certificate(), second.certificate(), third.certificate());
      assertThat(TlsRig.soon(() -> events.holds)).isTrue();
      assertThat(lines).allSatisfy(line -> assertThat(line.shown()).isEqualTo(first.certificate()));
      long before = requests.get();
      assertThat(TlsRig.soon(() -> requests.get() > before + 100)).isTrue();
    } finally {
      stop.set(true);
      for (Thread client : clients) {
        client.join();
      }
      watcher.interrupt();
      server.stop();
    }
    assertThat(failures).isEmpty();
  }

  /** Looks far more often than in life, to meet half-written files. */
  private static Thread polling(ServingIdentity identity) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              identity.poll();
              Thread.sleep(50);
            }
          } catch (InterruptedException stopped) {
            // The test is over.
          }
        });
  }

  private void connectOnce(int port) throws IOException {
    try (TlsLine line = TlsLine.connect(port, CA.anonymousClient(), parameters -> {})) {
      shown.add(line.shown());
      line.get();
    }
  }

  /** From now on new connections show this certificate. */
  private void seen(TlsAuthority.Issued issued) throws InterruptedException {
    shown.remove(issued.certificate());
    assertThat(TlsRig.soon(() -> shown.contains(issued.certificate()) || !failures.isEmpty()))
        .isTrue();
    assertThat(failures).isEmpty();
  }
}
