package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.decision.StageLog;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.testing.TestCa;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UpstreamTlsTest {
  private final TestCa ca = new TestCa("pinned authority");
  private final TlsTrust pinned = TlsTrust.only(List.of(ca.certificate()));
  private final Instant now = Instant.now();

  @Test
  @DisplayName("UPS-07 a self-signed certificate is tls_failed")
  void selfSigned() throws IOException {
    refused(TestCa.selfSigned(TestCa.wish("localhost")), "leads to no trusted authority");
  }

  @Test
  @DisplayName("UPS-07 a certificate for another name is tls_failed")
  void wrongName() throws IOException {
    refused(ca.issue(TestCa.wish("other.example.com")), "name matching localhost");
  }

  @Test
  @DisplayName("UPS-07 an expired certificate is tls_failed")
  void expired() throws IOException {
    refused(
        ca.issue(
            TestCa.wish("localhost")
                .valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(2)))),
        "is expired");
  }

  @Test
  @DisplayName("UPS-07 a certificate that is not yet valid is tls_failed")
  void notYetValid() throws IOException {
    refused(
        ca.issue(
            TestCa.wish("localhost")
                .valid(now.plus(Duration.ofDays(2)), now.plus(Duration.ofDays(9)))),
        "is not yet valid");
  }

  @Test
  @DisplayName("UPS-07 a certificate with an RSA key of 1024 bits is tls_failed")
  void weakKey() throws IOException {
    refused(ca.issue(TestCa.wish("localhost").keys(TestCa.rsa(1024))), "key policy");
    try (FaultServer server =
        FaultServer.start(ca.issue(TestCa.wish("localhost").keys(TestCa.rsa(2048))))
            .otherwise(Faults.body("x"))) {
      assertThat(fetch(server, pinned.clientContext())).isEqualTo("x");
    }
  }

  @Test
  @DisplayName("UPS-07 a revoked certificate is tls_failed")
  void revoked() throws IOException {
    TestCa.Identity identity = ca.localhost();
    SSLContext lists = pinned.withCrls(List.of(ca.revoke(identity.certificate()))).clientContext();
    try (FaultServer server = FaultServer.start(identity).otherwise(Faults.body("x"))) {
      assertThat(fetch(server, lists)).startsWith("tls_failed").contains("is revoked");
      assertThat(server.served()).isZero();
    }
    try (FaultServer server = FaultServer.start(ca.localhost()).otherwise(Faults.body("x"))) {
      assertThat(fetch(server, lists)).isEqualTo("x");
    }
  }

  @Test
  @DisplayName("UPS-07 a server that picks TLS 1.1 is tls_failed")
  void oldProtocol() throws IOException {
    try (FaultServer server = FaultServer.bare(Faults.tls11())) {
      assertThat(fetch(server, pinned.clientContext())).startsWith("tls_failed").contains("TLS11");
    }
  }

  @Test
  @DisplayName("UPS-07 a server without TLS is tls_failed; nothing is sent in the clear")
  void noFallback() throws IOException {
    try (FaultServer server = FaultServer.bare(Faults.plainHttp())) {
      assertThat(fetch(server, pinned.clientContext())).startsWith("tls_failed");
    }
  }

  @Test
  @DisplayName("UPS-08 a certificate of another authority is refused when a CA is pinned")
  void anotherAuthority() throws IOException {
    TestCa sameName = new TestCa("pinned authority");
    refused(new TestCa("public authority").localhost(), "leads to no trusted authority");
    refused(sameName.localhost(), "leads to no trusted authority");
  }

  @Test
  @DisplayName("UPS-08 a pinned authority is not trusted by an upstream that does not pin it")
  void platformAnchors() throws IOException {
    try (FaultServer server = FaultServer.start(ca.localhost()).otherwise(Faults.body("x"))) {
      assertThat(fetch(server, TlsTrust.jdkDefaults().clientContext())).startsWith("tls_failed");
      assertThat(fetch(server, pinned.clientContext())).isEqualTo("x");
    }
  }

  private void refused(TestCa.Identity identity, String words) throws IOException {
    try (FaultServer server = FaultServer.start(identity).otherwise(Faults.body("x"))) {
      assertThat(fetch(server, pinned.clientContext()))
          .startsWith("tls_failed: " + server.host() + " was refused before GET timestamp.json")
          .contains(words);
      assertThat(server.served()).isZero();
    }
  }

  private static String fetch(FaultServer server, SSLContext context) {
    try (HttpsUpstream upstream =
        HttpsUpstream.open(
            UpstreamSettings.of(server.host())
                .withTls(context)
                .withCredentials(new Credentials(() -> "robot", () -> "pa55word")))) {
      return Rig.text(
          upstream.fetch(Rig.timestamp(1000), new StageLog(), Deadline.after(Rig.AMPLE)));
    }
  }
}
