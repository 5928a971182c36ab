package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.samples.Certificates;
import dev.assayer.samples.Certificates.Use;
import dev.assayer.samples.KeyKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutualTlsTest {
  private static final TlsAuthority SERVERS = new TlsAuthority("server CA");
  private static final TlsAuthority CLIENTS = new TlsAuthority("client CA");

  @TempDir Path dir;

  private TlsRig rig() throws TlsSetupException {
    return TlsRig.mutual(dir, SERVERS.server(), CLIENTS);
  }

  /** In TLS 1.3 a client learns of its refusal when it reads. */
  private static void refused(TlsRig rig, SSLContext client, String protocol, String reason)
      throws InterruptedException {
    rig.events.refusedClients.clear();
    assertThatThrownBy(
            () -> {
              try (TlsLine line = rig.connect(client, protocol)) {
                line.get();
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(TlsRig.soon(() -> !rig.events.refusedClients.isEmpty())).as("counted").isTrue();
    assertThat(rig.events.refusedClients).containsExactly(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aClientOfTheAuthorityIsServedAndKnownByItsSubject(String protocol) throws Exception {
    try (TlsRig rig = rig();
        TlsLine line = rig.connect(CLIENTS.client("kube-apiserver").client(SERVERS), protocol)) {
      assertThat(line.get()).isEqualTo("CN=kube-apiserver");
      assertThat(rig.events.refusedClients).isEmpty();
    }
  }

  @ParameterizedTest
  @DisplayName("HTT-10 a client without a certificate is refused in the handshake and counted")
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void noCertificate(String protocol) throws Exception {
    try (TlsRig rig = rig()) {
      refused(rig, SERVERS.anonymousClient(), protocol, "no_cert");
    }
  }

  @ParameterizedTest
  @DisplayName("HTT-10 clients with a stranger's, a server's or a weak certificate are refused")
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void untrusted(String protocol) throws Exception {
    try (TlsRig rig = rig()) {
      TlsAuthority.Issued stranger = new TlsAuthority("client CA").client("kube-apiserver");
      refused(rig, byForce(stranger), protocol, "untrusted");

      TlsAuthority.Issued selfSigned =
          TlsAuthority.issue(
              Certificates.Spec.selfSigned(
                  Certificates.commonName("me"), KeyKind.ECDSA_P256.generate(), Use.CLIENT));
      refused(rig, byForce(selfSigned), protocol, "untrusted");

      TlsAuthority.Issued server = CLIENTS.server();
      refused(rig, byForce(server), protocol, "untrusted");

      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(1024);
      TlsAuthority.Issued weak =
          TlsAuthority.issue(CLIENTS.spec("weak", generator.generateKeyPair(), Use.CLIENT));
      refused(rig, byForce(weak), protocol, "untrusted");
    }
  }

  @ParameterizedTest
  @DisplayName("HTT-10 clients whose certificate is expired or not valid yet are refused")
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void expired(String protocol) throws Exception {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    try (TlsRig rig = rig()) {
      KeyPair pair = KeyKind.ECDSA_P256.generate();
      TlsAuthority.Issued old =
          TlsAuthority.issue(
              CLIENTS
                  .spec("old", pair, Use.CLIENT)
                  .valid(now.minus(day.multipliedBy(3)), now.minus(day)));
      refused(rig, byForce(old), protocol, "expired");

      TlsAuthority.Issued early =
          TlsAuthority.issue(
              CLIENTS
                  .spec("early", pair, Use.CLIENT)
                  .valid(now.plus(day), now.plus(day.multipliedBy(3))));
      refused(rig, byForce(early), protocol, "expired");
    }
  }

  @ParameterizedTest
  @DisplayName("HTT-10 a stolen certificate without its key is refused")
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void notItsKey(String protocol) throws Exception {
    try (TlsRig rig = rig()) {
      TlsAuthority.Issued victim = CLIENTS.client("kube-apiserver");
      SSLContext thief = LyingClient.with(victim.certificate(), KeyKind.ECDSA_P256.generate());

      refused(rig, thief, protocol, "untrusted");
    }
  }

  /** Shows the certificate whatever issuers the server names. */
  private static SSLContext byForce(TlsAuthority.Issued issued) {
    return LyingClient.with(issued.certificate(), issued.pair());
  }

  @Test
  void aFailureThatIsNotTheCertificatesIsNotCounted() throws Exception {
    try (TlsRig rig = rig()) {
      SSLContext distrustful = CLIENTS.client("kube-apiserver").client(CLIENTS);
      assertThatThrownBy(() -> rig.connect(distrustful, "TLSv1.2").get())
          .isInstanceOf(IOException.class);
      try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
        plain.setSoTimeout(20_000);
        plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        plain.getInputStream().readAllBytes();
      }
      refused(rig, SERVERS.anonymousClient(), "TLSv1.3", "no_cert");
    }
  }

  @Test
  void anAuthorityThatExpiresLetsNobodyIn() throws Exception {
    TlsAuthority ending = new TlsAuthority("ending", Instant.now().plus(Duration.ofHours(1)));
    SSLContext client = ending.client("kube-apiserver").client(SERVERS);
    try (TlsRig rig = TlsRig.mutual(dir, SERVERS.server(), ending)) {
      rig.connect(client).get();
      assertThat(rig.identity.status().holds()).isTrue();

      rig.advance(Duration.ofHours(2));

      refused(rig, client, "TLSv1.3", "expired");
      assertThat(rig.identity.status().holds()).isFalse();
      assertThat(rig.identity.status().detail()).contains("clientCaFile");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aNewAuthorityEndsTheSessionsOfTheOldOne(String protocol) throws Exception {
    TlsAuthority next = new TlsAuthority("next client CA");
    SSLContext old = CLIENTS.client("kube-apiserver").client(SERVERS);
    try (TlsRig rig = rig();
        TlsLine open = rig.connect(old, protocol)) {
      open.get();
      TlsRig.write(dir.resolve("ca.crt"), next.pem());
      rig.identity.poll();

      refused(rig, byForce(CLIENTS.client("kube-apiserver")), protocol, "untrusted");
      // The old client would resume; it names no certificate to the new authority.
      refused(rig, old, protocol, "no_cert");
      try (TlsLine line = rig.connect(next.client("next").client(SERVERS), protocol)) {
        assertThat(line.get()).isEqualTo("CN=next");
      }
      assertThat(open.get()).as("old connections go on").isEqualTo("CN=kube-apiserver");
      assertThat(rig.events.reloads).containsExactly("ok");
    }
  }

  @Test
  @DisplayName("OPS-08 a client CA file that is emptied or broken keeps the last good one")
  void badAuthoritiesKeepTheLastGoodOnes() throws Exception {
    SSLContext client = CLIENTS.client("kube-apiserver").client(SERVERS);
    try (TlsRig rig = rig()) {
      for (String bad :
          new String[] {"", CLIENTS.pem().substring(0, 200), SERVERS.server().pem()}) {
        rig.events.reloads.clear();
        TlsRig.write(dir.resolve("ca.crt"), bad);
        rig.identity.poll();
        rig.identity.poll();

        assertThat(rig.events.reloads).containsExactly("invalid");
        assertThat(rig.identity.status().holds()).isFalse();
        assertThat(rig.identity.status().detail()).contains("webhook.tls.clientCaFile");
        assertThat(rig.connect(client).get()).isEqualTo("CN=kube-apiserver");
        refused(rig, SERVERS.anonymousClient(), "TLSv1.3", "no_cert");
      }
      TlsRig.write(dir.resolve("ca.crt"), CLIENTS.pem());
      rig.identity.poll();
      assertThat(rig.identity.status().holds()).isTrue();
    }
  }

  @Test
  void theSelfTestGetsInWithAndWithoutMutualTls() throws Exception {
    try (TlsRig rig = rig();
        TlsLine line = connect(rig, rig.identity.selfTestClientContext())) {
      assertThat(line.get()).isEqualTo("CN=" + SelfTestClient.SUBJECT);
      rig.write(SERVERS.server(KeyKind.ED25519.generate()));
      rig.identity.poll();
      try (TlsLine after = connect(rig, rig.identity.selfTestClientContext())) {
        assertThat(after.get()).isEqualTo("CN=" + SelfTestClient.SUBJECT);
      }
    }
    try (TlsRig open = TlsRig.open(dir, SERVERS.server());
        TlsLine line = connect(open, open.identity.selfTestClientContext())) {
      assertThat(line.get()).isEqualTo("anonymous");
    }
  }

  private static TlsLine connect(TlsRig rig, SSLContext client) throws IOException {
    return TlsLine.connect(rig.port(), client, parameters -> {});
  }

  @Test
  void theNameOfTheSelfTestIsNotTheSelfTest() throws Exception {
    TlsAuthority.Issued pretender = CLIENTS.client(SelfTestClient.SUBJECT);
    try (TlsRig rig = rig()) {
      assertThat(rig.identity.isSelfTest(pretender.certificate())).isFalse();
      SSLContext other =
          ServingIdentity.read(TlsRig.files(dir, true), new TlsRecorder(), InstantSource.system())
              .selfTestClientContext();
      refused(rig, other, "TLSv1.3", "untrusted");
    }
  }

  @Test
  void theSelfTestTrustsTheServedCertificateOnly() throws Exception {
    try (TlsRig rig = rig()) {
      ServingIdentity elsewhere =
          ServingIdentity.read(
              TlsRig.files(rig.dir, false), new TlsRecorder(), InstantSource.system());
      rig.write(SERVERS.server());
      rig.identity.poll();

      assertThatThrownBy(() -> connect(rig, elsewhere.selfTestClientContext()))
          .hasMessageContaining("not the certificate that is served");
    }
  }
}
