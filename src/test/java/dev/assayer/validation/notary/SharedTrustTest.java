package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.decision.Reason;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.SharedState;
import dev.assayer.state.SharedStore;
import dev.assayer.state.StateObserver;
import dev.assayer.state.ValkeySettings;
import dev.assayer.state.ValkeyStore;
import dev.assayer.testing.Await;
import dev.assayer.testing.NeedsValkey;
import dev.assayer.testing.RealValkey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas that verify against one Notary and share what they remember in a real Valkey. */
@NeedsValkey
class SharedTrustTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";
  private static final byte[] KEY = "k".repeat(32).getBytes(StandardCharsets.UTF_8);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static RealValkey valkey;

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);
  private final List<SharedState> open = new ArrayList<>();
  private final Counts counts = new Counts();

  private static final class Counts implements StateObserver {
    final AtomicInteger broken = new AtomicInteger();
    volatile boolean up;

    @Override
    public void read(Read result) {
      if (result == Read.INTEGRITY_FAILURE) {
        broken.incrementAndGet();
      }
    }

    @Override
    public void written(Write result) {}

    @Override
    public void reachable(boolean reachable) {
      up = reachable;
    }

    @Override
    public void equivocation() {}
  }

  @BeforeAll
  static void start(@TempDir Path directory) {
    valkey = RealValkey.start(directory);
  }

  @AfterAll
  static void stop() {
    valkey.close();
  }

  @BeforeEach
  void empty() {
    valkey.cli("flushall");
  }

  @AfterEach
  void close() {
    open.forEach(SharedState::close);
    rig.close();
  }

  private ValkeyStore store() {
    TlsTrust trust =
        TlsTrust.only(((PemList.Loaded<X509Certificate>) Pem.certificates(valkey.caPem())).items());
    return new ValkeyStore(
        ValkeySettings.of(
            valkey.uri(),
            trust,
            Optional.empty(),
            Optional.of(valkey.passwordFile()),
            ValkeySettings.prefix(List.of("test"))),
        InstantSource.system());
  }

  /** A new process with nothing in its own memory. */
  private SharedState replica(StateObserver observer) {
    SharedState made = SharedState.open(store(), KEY, InstantSource.system(), observer);
    open.add(made);
    rig.state = made.trust();
    rig.reopened();
    return made;
  }

  private SharedState replica() {
    return replica(StateObserver.none());
  }

  /** The files before and after the tag moved; the later ones were verified. */
  private Map<String, byte[]> moved() {
    Map<String, byte[]> old = repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    return old;
  }

  @Test
  @DisplayName("a rollback that is shown to another replica, or after a restart, is refused")
  void anotherReplica() {
    SharedState first = replica();
    repository.serveOnly(moved());
    replica();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
    first.close();
    replica();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
    repository.serveAsPublished();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
  }

  @Test
  @DisplayName("a rotation of the online keys that one replica saw frees the others too")
  void aRotationThatAnotherReplicaSaw() {
    SharedState slow = replica();
    moved();
    repository.role(SignedRepository.TIMESTAMP).keys(key());
    repository.role(SignedRepository.ROOT).version(2);
    repository.role(SignedRepository.TIMESTAMP).version(1);
    repository.publish();
    replica();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    rig.state = slow.trust();
    rig.reopened();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
  }

  enum Fault {
    DOWN {
      @Override
      void begin() {
        valkey.stop();
      }

      @Override
      void end() {
        valkey.again();
      }
    },
    SLOW {
      @Override
      void begin() {
        valkey.cli("client", "pause", "2000", "all");
      }

      @Override
      void end() {}
    },
    HANGING {
      @Override
      void begin() {
        valkey.freeze();
      }

      @Override
      void end() {
        valkey.thaw();
      }
    },
    FULL {
      @Override
      void begin() {
        valkey.cli("config", "set", "maxmemory", "1mb");
      }

      @Override
      void end() {
        valkey.cli("config", "set", "maxmemory", "0");
      }
    },
    LOADING {
      @Override
      void begin() {
        valkey.againLoading();
      }

      @Override
      void end() {}
    },
    PASSWORD_CHANGED {
      @Override
      void begin() {
        valkey.changePassword();
      }

      @Override
      void end() {
        valkey.tellPassword();
      }
    };

    abstract void begin();

    abstract void end();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @DisplayName("OPS-01: Valkey down, slow, hanging, full, loading or with another password")
  void aFault(Fault fault) {
    replica(counts);
    Map<String, byte[]> old = moved();
    Await.until("it is up", () -> counts.up);
    fault.begin();
    try {
      // One more version, so that there is something to write.
      repository.targets().target("1.0", DIGEST, 528);
      repository.publish();
      long begun = System.nanoTime();
      assertTrusted(rig.verify(IMAGE), DIGEST);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
      assertThat(counts.up).isFalse();
      repository.serveOnly(old);
      assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
      repository.serveAsPublished();
      assertTrusted(rig.verify(IMAGE), DIGEST);
    } finally {
      fault.end();
    }
    Await.until(Duration.ofSeconds(20), () -> counts.up);
    String name = name();
    Await.until(Duration.ofSeconds(10), () -> read(name).isPresent() && isShared(old));
  }

  /** Whether a new replica refuses what is old. */
  private boolean isShared(Map<String, byte[]> old) {
    repository.serveOnly(old);
    replica();
    return rig.verify(IMAGE) instanceof dev.assayer.validation.ValidationResult.Refused refused
        && refused.reason() == Reason.ROLLBACK;
  }

  @Test
  @DisplayName("OPS-01: a flushed Valkey is filled again by whoever remembers")
  void flushed() {
    replica();
    Map<String, byte[]> old = moved();
    valkey.cli("flushall");
    repository.serveOnly(old);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
    String name = name();
    Await.until("it is filled", () -> read(name).isPresent());
    replica();
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
  }

  private String name() {
    return "trust/" + rig.server.baseHost().replace(":", "%3a") + "%20" + GUN;
  }

  private Optional<String> read(String name) {
    try (ValkeyStore store = store()) {
      return store.read(name, PATIENCE) instanceof SharedStore.Answer.Found(String value)
          ? Optional.of(value)
          : Optional.empty();
    }
  }

  private void write(String name, String value) {
    try (ValkeyStore store = store()) {
      assertThat(store.swap(name, read(name), value, Instant.MAX, PATIENCE))
          .isEqualTo(new SharedStore.Change.Done());
    }
  }

  @Test
  @DisplayName("OPS-02: Valkey poisoned: the value of A under B, bit flips, a replayed older value")
  void poisoned() {
    replica();
    Map<String, byte[]> old = repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    String older = read(name()).orElseThrow();
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    String newer = read(name()).orElseThrow();
    repository.serveOnly(old);

    write(name(), older);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
    Await.until("the replayed value is replaced", () -> read(name()).equals(Optional.of(newer)));

    write(name(), newer.replace("\"marks\"", "\"morks\""));
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK);
    Await.until("the flipped value is replaced", () -> read(name()).equals(Optional.of(newer)));

    repository.serveAsPublished();
    SignedRepository other = rig.repository("registry.example.com/acme/other");
    String otherName = name().replace("acme/app", "acme/other");
    write(otherName, newer);
    replica(counts);
    assertTrusted(rig.verify("registry.example.com/acme/other:1.0"), DIGEST);
    assertThat(other.gun()).contains("other");
    assertThat(counts.broken).hasPositiveValue();
    Await.until("it is replaced", () -> !read(otherName).equals(Optional.of(newer)));
  }

  @Test
  @DisplayName("OPS-03: nothing is shared by tag: a moved tag is seen by every process at once")
  void aMovedTag() {
    SharedState first = replica();
    moved();
    rig.timestampMaxAge(Duration.ofMillis(500));
    assertThat(read(name()).orElseThrow())
        .doesNotContain("1.0")
        .doesNotContain(DIGEST.substring(7, 20))
        .doesNotContain(OTHER_DIGEST.substring(7, 20));
    repository.targets().target("1.0", DIGEST, 528);
    repository.publish();
    replica();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.state = first.trust();
    Await.until(
        Duration.ofSeconds(5),
        () -> {
          assertThat(rig.verify(IMAGE)).isNotNull();
          return rig.verify(IMAGE)
                  instanceof dev.assayer.validation.ValidationResult.Trusted trusted
              && trusted.digest().toString().equals(DIGEST);
        });
    repository.targets().removeTarget("1.0");
    repository.publish();
    replica();
    assertRefused(rig.verify(IMAGE), Reason.TAG_NOT_SIGNED);
  }
}
