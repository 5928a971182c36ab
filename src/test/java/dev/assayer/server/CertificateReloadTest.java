package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.config.WebhookConfig;
import dev.assayer.samples.KeyKind;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateReloadTest {
  private static final TlsAuthority CA = new TlsAuthority("server CA");

  @TempDir Path dir;

  private final TlsRecorder events = new TlsRecorder();

  private ServingIdentity read() throws TlsSetupException {
    return ServingIdentity.read(TlsRig.files(dir, false), events, InstantSource.system());
  }

  private void write(TlsAuthority.Issued issued) {
    TlsRig.write(dir, issued.pem(), issued.key());
  }

  private TlsAuthority.Issued valid(Duration from, Duration until) {
    Instant now = Instant.now();
    return TlsAuthority.issue(
        CA.serverSpec(KeyKind.ECDSA_P256.generate()).valid(now.plus(from), now.plus(until)));
  }

  private void unusable(String... words) {
    assertThatThrownBy(this::read)
        .isInstanceOf(TlsSetupException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void aStartWithoutTlsSaysWhatToSet() {
    assertThatThrownBy(() ->
            ServingIdentity.open(
                Optional.empty(),
                TlsEvents.to(new Metrics(), new Traces()),
                InstantSource.system()))
        .isInstanceOf(TlsSetupException.class)
        .hasMessageContaining("webhook.tls is missing")
        .hasMessageContaining("set webhook.tls.certificateFile and webhook.tls.keyFile");
  }

  @Test
  void aStartThatCannotServeNamesFileProblemAndRemedy() throws Exception {
    TlsAuthority.Issued good = CA.server();
    unusable("webhook.tls.certificateFile (" + dir.resolve("tls.crt") + ") does not exist");

    TlsRig.write(dir, good.pem(), "");
    unusable("webhook.tls.keyFile (" + dir.resolve("tls.key") + ") holds no PEM block");
    TlsRig.write(dir, good.pem(), CA.server().key());
    unusable("webhook.tls.keyFile", "webhook.tls.certificateFile", "belongs to none");
    TlsRig.write(dir, good.key(), good.pem());
    unusable("webhook.tls.certificateFile", "holds a private key", "swapped");
    TlsRig.write(dir, good.pem() + "#".repeat(1 << 20), good.key());
    unusable("webhook.tls.certificateFile", "more than 1 MiB");

    Files.delete(dir.resolve("tls.crt"));
    Files.createDirectory(dir.resolve("tls.crt"));
    unusable("webhook.tls.certificateFile", "is not a regular file");
  }

  @Test
  void aStartWithABadClientAuthorityFails() {
    write(CA.server());
    TlsRig.write(dir.resolve("ca.crt"), "");
    assertThatThrownBy(() ->
            ServingIdentity.read(
                TlsRig.files(dir, true), new TlsRecorder(), InstantSource.system()))
        .isInstanceOf(TlsSetupException.class)
        .hasMessageContaining("webhook.tls.clientCaFile");
  }

  @Test
  void aStartTellsTheDatesAndThatTheConditionHolds() throws Exception {
    TlsAuthority.Issued shown = CA.server();
    write(shown);
    ServingIdentity identity = read();

    assertThat(events.holds).isTrue();
    assertThat(identity.status().detail()).contains("CN=webhook, serial ");
    assertThat(identity.certificate()).isEqualTo(shown.certificate());
    assertThat(events.certificates)
        .containsOnlyKeys("server")
        .containsValue(shown.certificate().getNotAfter().toInstant());
    assertThat(events.reloads).as("a start is no reload").isEmpty();
  }

  @Test
  @DisplayName("OPS-08 a bad or mismatched pair is refused, counted once, and the old one serves")
  void badPairsKeepTheOldOne() throws Exception {
    TlsAuthority.Issued old = CA.server();
    TlsAuthority.Issued next = CA.server();
    write(old);
    ServingIdentity identity = read();

    TlsRig.write(dir, next.pem().substring(0, 300), next.key());
    polls(identity, 5);
    assertThat(events.reloads).containsExactly("invalid");
    assertThat(events.holds).isFalse();
    assertThat(identity.status().detail())
        .contains("the last good files serve on; webhook.tls.certificateFile");

    TlsRig.write(dir, next.pem(), old.key());
    polls(identity, 5);
    assertThat(events.reloads).containsExactly("invalid", "mismatch");
    assertThat(identity.status().detail()).contains("belongs to none");
    assertThat(identity.certificate()).isEqualTo(old.certificate());

    write(next);
    identity.poll();
    assertThat(events.reloads).containsExactly("invalid", "mismatch", "ok");
    assertThat(events.holds).isTrue();
    assertThat(identity.certificate()).isEqualTo(next.certificate());
  }

  private static void polls(ServingIdentity identity, int times) {
    for (int i = 0; i < times; i++) {
      identity.poll();
    }
  }

  @Test
  void filesCaughtInTheMiddleOfAWriteAreNoAlarm() throws Exception {
    TlsAuthority.Issued next = CA.server();
    write(CA.server());
    ServingIdentity identity = read();

    TlsRig.write(dir.resolve("tls.crt"), next.pem());
    identity.poll();
    TlsRig.write(dir.resolve("tls.key"), next.key().substring(0, 40));
    identity.poll();
    TlsRig.write(dir.resolve("tls.key"), next.key());
    identity.poll();

    assertThat(events.reloads).containsExactly("ok");
    assertThat(identity.certificate()).isEqualTo(next.certificate());
  }

  @Test
  void filesThatVanishAndComeBackAreNotReadAnew() throws Exception {
    TlsAuthority.Issued shown = CA.server();
    write(shown);
    ServingIdentity identity = read();
    Files.delete(dir.resolve("tls.key"));
    polls(identity, 3);
    assertThat(identity.status().detail()).contains("webhook.tls.keyFile", "does not exist");

    write(shown);
    identity.poll();

    assertThat(identity.status().holds()).isTrue();
    assertThat(events.reloads).containsExactly("invalid");
  }

  @Test
  void anExpiredCertificateIsServedAtStartAndSaidLoudly() throws Exception {
    write(valid(Duration.ofDays(-3), Duration.ofDays(-1)));
    ServingIdentity identity = read();
    assertThat(identity.status().holds()).isFalse();
    assertThat(identity.status().detail()).contains("not valid now");

    TlsAuthority.Issued next = CA.server();
    write(next);
    identity.poll();
    assertThat(identity.status().holds()).isTrue();
    assertThat(identity.certificate()).isEqualTo(next.certificate());
  }

  @Test
  void anExpiredCertificateNeverReplacesAValidOne() throws Exception {
    TlsAuthority.Issued shown = CA.server();
    write(shown);
    ServingIdentity identity = read();
    write(valid(Duration.ofDays(-3), Duration.ofDays(-1)));
    polls(identity, 3);

    assertThat(identity.certificate()).isEqualTo(shown.certificate());
    assertThat(events.reloads).containsExactly("invalid");
    assertThat(identity.status().detail()).contains("holds nothing that is valid now");
  }

  @Test
  void aCertificateThatBeginsSoonIsTakenWhenItBegins() throws Exception {
    write(CA.server());
    try (TlsRig rig = TlsRig.open(dir, CA.server())) {
      TlsAuthority.Issued next = valid(Duration.ofMinutes(2), Duration.ofDays(2));
      rig.write(next);
      polls(rig.identity, 3);
      assertThat(rig.identity.certificate()).isNotEqualTo(next.certificate());

      rig.advance(Duration.ofMinutes(3));

      assertThat(rig.identity.certificate()).isEqualTo(next.certificate());
      assertThat(rig.events.reloads).containsExactly("invalid", "ok");
    }
  }

  @Test
  void theConditionFallsWhenTheCertificateExpiresUnderway() throws Exception {
    try (TlsRig rig = TlsRig.open(dir, valid(Duration.ofDays(-1), Duration.ofHours(1)))) {
      assertThat(rig.events.holds).isTrue();
      rig.advance(Duration.ofHours(2));
      assertThat(rig.events.holds).isFalse();
    }
  }

  @Test
  void kubernetesSwapsASymbolicLink() throws Exception {
    TlsAuthority.Issued next = CA.server();
    version("..1", CA.server());
    version("..2", next);
    Files.createSymbolicLink(dir.resolve("..data"), Path.of("..1"));
    Files.createSymbolicLink(dir.resolve("tls.crt"), Path.of("..data/tls.crt"));
    Files.createSymbolicLink(dir.resolve("tls.key"), Path.of("..data/tls.key"));
    ServingIdentity identity = read();

    Files.createSymbolicLink(dir.resolve("..data_tmp"), Path.of("..2"));
    Files.move(
        dir.resolve("..data_tmp"),
        dir.resolve("..data"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    identity.poll();

    assertThat(identity.certificate()).isEqualTo(next.certificate());
    assertThat(events.reloads).containsExactly("ok");
  }

  private void version(String name, TlsAuthority.Issued issued) throws IOException {
    Path version = Files.createDirectory(dir.resolve(name));
    TlsRig.write(version, issued.pem(), issued.key());
  }

  @Test
  void aRealWatcherSeesTheChange() throws Exception {
    TlsAuthority.Issued next = CA.server();
    write(CA.server());
    WebhookConfig.Tls files = TlsRig.files(dir, false).orElseThrow();
    try (ServingIdentity identity =
        ServingIdentity.open(
            Optional.of(files),
            TlsEvents.to(new Metrics(), new Traces()),
            InstantSource.system())) {
      write(next);
      assertThat(TlsRig.soon(() -> identity.certificate().equals(next.certificate()))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void noClientResumesASession(String protocol) throws Exception {
    AtomicInteger handshakes = new AtomicInteger();
    SSLContext client = LyingClient.counting(handshakes);
    try (TlsRig rig = TlsRig.open(dir, CA.server())) {
      rig.get(client, protocol);
      rig.get(client, protocol);
      assertThat(handshakes).hasValue(2);

      TlsAuthority.Issued next = CA.server(KeyKind.RSA_2048.generate());
      rig.write(next);
      rig.identity.poll();
      try (TlsLine line = rig.connect(client, protocol)) {
        assertThat(line.get()).isEqualTo("anonymous");
        assertThat(line.shown()).isEqualTo(next.certificate());
      }
    }
  }
}
