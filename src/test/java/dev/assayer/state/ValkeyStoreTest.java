package dev.assayer.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.state.SharedStore.Answer;
import dev.assayer.state.SharedStore.Change;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsValkey;
import dev.assayer.testing.RealValkey;
import dev.assayer.testing.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store in Valkey. */
class ValkeyStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Instant NEVER = Instant.MAX;

  private static TlsTrust only(String pem) {
    return TlsTrust.only(((PemList.Loaded<X509Certificate>) Pem.certificates(pem)).items());
  }

  @Nested
  @NeedsValkey
  class Real {
    private static RealValkey valkey;

    @BeforeAll
    static void start(@TempDir Path directory) {
      valkey = RealValkey.start(directory);
    }

    @AfterAll
    static void stop() {
      valkey.close();
    }

    private ValkeyStore open(TlsTrust trust, String installation) {
      return new ValkeyStore(
          ValkeySettings.of(
              valkey.uri(),
              trust,
              Optional.of("default"),
              Optional.of(valkey.passwordFile()),
              ValkeySettings.prefix(List.of(installation))),
          InstantSource.system());
    }

    private ValkeyStore open(String installation) {
      return open(only(valkey.caPem()), installation);
    }

    @Test
    void aValueIsReadSwappedAndRemoved() {
      try (ValkeyStore store = open("a")) {
        assertThat(store.read("x", PATIENCE)).isEqualTo(new Answer.Missing());
        assertThat(store.swap("x", Optional.of("other"), "1", NEVER, PATIENCE))
            .isEqualTo(new Change.Overtaken());
        assertThat(store.swap("x", Optional.empty(), "1", NEVER, PATIENCE))
            .isEqualTo(new Change.Done());
        assertThat(store.swap("x", Optional.empty(), "2", NEVER, PATIENCE))
            .isEqualTo(new Change.Overtaken());
        assertThat(store.swap("x", Optional.of("1"), "2 ü\r\n$", NEVER, PATIENCE))
            .isEqualTo(new Change.Done());
        assertThat(store.read("x", PATIENCE)).isEqualTo(new Answer.Found("2 ü\r\n$"));
        assertThat(store.remove("x", PATIENCE)).isEqualTo(new Change.Done());
        assertThat(store.read("x", PATIENCE)).isEqualTo(new Answer.Missing());
      }
    }

    @Test
    void aValueGoesWhenItsEndHasCome() {
      try (ValkeyStore store = open("ttl")) {
        Instant end = Instant.now().plusMillis(300);
        assertThat(store.swap("x", Optional.empty(), "1", end, PATIENCE))
            .isEqualTo(new Change.Done());
        Await.until("it is gone", () -> store.read("x", PATIENCE).equals(new Answer.Missing()));
        assertThat(store.swap("y", Optional.empty(), "1", Instant.EPOCH, PATIENCE))
            .isEqualTo(new Change.Done());
        assertThat(store.read("y", PATIENCE)).isEqualTo(new Answer.Missing());
      }
    }

    @Test
    @DisplayName("two installations on one server do not see each other, whatever their names")
    void installationsAreApart() {
      try (ValkeyStore star = open("*");
          ValkeyStore other = open("b:c")) {
        for (int i = 0; i < 700; i++) {
          var _ = star.swap("trust/n" + i, Optional.empty(), "1", NEVER, PATIENCE);
        }
        var _ = other.swap("trust/z", Optional.empty(), "1", NEVER, PATIENCE);
        assertThat(star.names("trust/", PATIENCE)).hasSize(700).isSorted().contains("trust/n7");
        assertThat(other.names("trust/", PATIENCE)).containsExactly("trust/z");
        assertThat(star.read("trust/z", PATIENCE)).isEqualTo(new Answer.Missing());
      }
    }

    @Test
    @DisplayName("of many that swap at once each gets its turn, and none is lost")
    void swapsAreAtomic() throws InterruptedException {
      try (ValkeyStore one = open("count");
          ValkeyStore other = open("count")) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          ValkeyStore store = i % 2 == 0 ? one : other;
          threads.add(
              Thread.ofVirtual()
                  .start(() -> {
                    for (int n = 0; n < 25; n++) {
                      increment(store);
                    }
                  }));
        }
        for (Thread thread : threads) {
          thread.join();
        }
        assertThat(one.read("n", PATIENCE)).isEqualTo(new Answer.Found("200"));
      }
    }

    private static void increment(ValkeyStore store) {
      while (true) {
        Optional<String> before =
            store.read("n", PATIENCE) instanceof Answer.Found(String value)
                ? Optional.of(value)
                : Optional.empty();
        String next = Integer.toString(Integer.parseInt(before.orElse("0")) + 1);
        if (store.swap("n", before, next, NEVER, PATIENCE) instanceof Change.Done) {
          return;
        }
      }
    }

    @Test
    @DisplayName("a server whose certificate another authority issued is not talked to")
    void anotherAuthority() {
      TestCa stranger = new TestCa("stranger");
      try (ValkeyStore store = open(TlsTrust.only(List.of(stranger.certificate())), "a")) {
        assertThat(store.read("x", PATIENCE))
            .isInstanceOfSatisfying(
                Answer.Unavailable.class, no -> assertThat(no.why()).startsWith("TLS failed"));
      }
    }
  }

  /** Somebody who is no Valkey. */
  private static final class Liar implements AutoCloseable {
    private final ServerSocket socket;

    Liar(String says, Duration pause) throws IOException {
      socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                Socket peer = socket.accept();
                Thread.ofVirtual().start(() -> talk(peer, says, pause));
              }
            } catch (IOException closed) {
              // the test is over
            }
          });
    }

    private static void talk(Socket peer, String says, Duration pause) {
      try (peer) {
        var _ = peer.getInputStream().read();
        for (byte one : says.getBytes(StandardCharsets.UTF_8)) {
          peer.getOutputStream().write(one);
          Thread.sleep(pause);
        }
        Thread.sleep(2000);
      } catch (IOException | InterruptedException over) {
        // nobody listens any more
      }
    }

    ValkeyStore store() {
      return new ValkeyStore(
          ValkeySettings.of(
              URI.create("redis://127.0.0.1:" + socket.getLocalPort()),
              TlsTrust.jdkDefaults(),
              Optional.empty(),
              Optional.empty(),
              "p:"),
          InstantSource.system());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2147483647\r\n",
        "$131073\r\n",
        "*2147483647\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
        "+OK\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "$x\r\n",
        "$1\r\nabc",
        "-LOADING Redis is loading\r\n",
        "-ERR secret 'what was sent'\r\n"
      })
  @DisplayName("OPS-01: whatever a hostile server answers is no value, and takes no memory")
  void lies(String answer) throws IOException {
    try (Liar liar = new Liar(answer, Duration.ZERO);
        ValkeyStore store = liar.store()) {
      Change change = store.swap("x", Optional.empty(), "v", NEVER, Duration.ofMillis(400));
      assertThat(change)
          .isInstanceOfSatisfying(
              Change.Unavailable.class, no -> assertThat(no.why()).doesNotContain("secret"));
    }
  }

  @Test
  @DisplayName("OPS-01: a server that drips ends with the patience, not with the drip")
  void aDrip() throws IOException {
    try (Liar liar = new Liar("$100\r\n" + "x".repeat(100), Duration.ofMillis(50));
        ValkeyStore store = liar.store()) {
      long begun = System.nanoTime();
      assertThat(store.read("x", Duration.ofMillis(300))).isInstanceOf(Answer.Unavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(900));
    }
  }
}
