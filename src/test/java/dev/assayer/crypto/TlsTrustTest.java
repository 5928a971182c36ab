package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTrustTest {
  private static final TestPki.Holder CA = TestPki.ca("CN=Test CA");
  private static final TestPki.Holder SERVER = CA.issue("CN=server", TestPki.p256()).make();

  /** A server on loopback for one connection; it answers one byte after the handshake. */
  private static final class Server implements AutoCloseable {
    private final SSLServerSocket socket;
    private final Thread thread;

    Server(String[] protocols, TestPki.Holder server, X509Certificate... above) throws Exception {
      Certificate[] chain = new Certificate[above.length + 1];
      chain[0] = server.certificate();
      System.arraycopy(above, 0, chain, 1, above.length);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", server.keys().getPrivate(), new char[0], chain);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      socket =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
      socket.setEnabledProtocols(protocols);
      thread = Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
      try (SSLSocket connection = (SSLSocket) socket.accept()) {
        connection.getOutputStream().write('!');
        connection.getInputStream().read();
      } catch (IOException refusedByTheClient) {
        // What the client saw is the subject of the test.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      try {
        thread.join();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void connect(TlsTrust trust, TestPki.Holder server, X509Certificate... above)
      throws Exception {
    connect(new String[] {"TLSv1.3"}, trust, server, above);
  }

  private static void connect(
      String[] protocols, TlsTrust trust, TestPki.Holder server, X509Certificate... above)
      throws Exception {
    try (Server running = new Server(protocols, server, above);
        SSLSocket client = (SSLSocket) trust.clientContext().getSocketFactory().createSocket()) {
      client.setSSLParameters(TlsTrust.clientParameters());
      client.setSoTimeout(10_000);
      client.connect(running.socket.getLocalSocketAddress());
      assertThat(client.getInputStream().read()).isEqualTo('!');
    }
  }

  private static void refused(String why, ThrowingCallable connection) {
    assertThatThrownBy(connection).isInstanceOf(SSLException.class).hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aServerOfTheGivenAuthorityIsTrusted(String protocol) {
    assertThatCode(() ->
            connect(new String[] {protocol}, TlsTrust.only(List.of(CA.certificate())), SERVER))
        .doesNotThrowAnyException();
  }

  @Test
  void anIntermediateThatTheServerSendsIsFollowed() {
    TestPki.Holder middle = CA.issue("CN=Middle", TestPki.p256()).authority().make();
    TestPki.Holder server = middle.issue("CN=server", TestPki.rsa(2048)).make();

    assertThatCode(
            () -> connect(TlsTrust.only(List.of(CA.certificate())), server, middle.certificate()))
        .doesNotThrowAnyException();
  }

  @Test
  void aSelfSignedServerIsRefusedUnlessPinned() {
    TestPki.Holder self = TestPki.selfSigned("CN=self", TestPki.p256()).make();

    refused(
        "unable to find valid certification path",
        () -> connect(TlsTrust.only(List.of(CA.certificate())), self));
    assertThatCode(() -> connect(TlsTrust.only(List.of(self.certificate())), self))
        .doesNotThrowAnyException();
  }

  @Test
  void givenAuthoritiesAreTheOnlyOnes() {
    TestPki.Holder other = TestPki.ca("CN=Test CA");

    refused(
        "signature check failed",
        () -> connect(TlsTrust.only(List.of(other.certificate())), SERVER));
    refused("trustAnchors", () -> connect(TlsTrust.only(List.of()), SERVER));
    refused(
        "unable to find valid certification path", () -> connect(TlsTrust.jdkDefaults(), SERVER));
  }

  @Test
  void theJdksAuthoritiesAreThereByDefaultOnly() throws Exception {
    assertThat(accepted(TlsTrust.jdkDefaults())).hasSizeGreaterThan(50);
    assertThat(accepted(TlsTrust.only(List.of(CA.certificate()))))
        .containsExactly(CA.certificate());
  }

  private static X509Certificate[] accepted(TlsTrust trust) throws Exception {
    return trust.trustManager().getAcceptedIssuers();
  }

  @Test
  void theHostNameIsCheckedThroughTheWrapper() {
    TestPki.Holder elsewhere = CA.issue("CN=127.0.0.1", TestPki.p256()).forOtherHost().make();

    refused(
        "No subject alternative DNS name matching localhost",
        () -> connect(TlsTrust.only(List.of(CA.certificate())), elsewhere));
  }

  @Test
  @DisplayName("CRY-06 a server with a 1024-bit RSA key, which the JDK takes, is refused")
  void weakServerKeyIsRefused() {
    TestPki.Holder weak = CA.issue("CN=weak", TestPki.rsa(1024)).make();

    refused(
        "key policy refuses the certificate CN=weak: the RSA key has 1024 bits",
        () -> connect(TlsTrust.only(List.of(CA.certificate())), weak));
    refused("1024 bits", () -> connect(TlsTrust.only(List.of(weak.certificate())), weak));
  }

  @Test
  @DisplayName("CRY-06 a weak intermediate and a weak given authority are refused")
  void weakKeyAboveTheServerIsRefused() {
    TestPki.Holder middle = CA.issue("CN=Middle", TestPki.rsa(1024)).authority().make();
    TestPki.Holder below = middle.issue("CN=server", TestPki.p256()).make();
    refused(
        "1024 bits",
        () -> connect(TlsTrust.only(List.of(CA.certificate())), below, middle.certificate()));

    TestPki.Holder weakCa = TestPki.selfSigned("CN=Weak", TestPki.rsa(1024)).authority().make();
    TestPki.Holder server = weakCa.issue("CN=server", TestPki.p256()).make();
    refused(
        "key policy refuses the authority CN=Weak",
        () -> connect(TlsTrust.only(List.of(weakCa.certificate())), server));
  }

  @Test
  void aRevokedServerIsRefusedAndItsNeighbourIsNot() throws Exception {
    TestPki.Holder revoked = CA.issue("CN=revoked", TestPki.p256()).make();
    TlsTrust trust =
        TlsTrust.only(List.of(CA.certificate()))
            .withCrls(List.of(CA.revoke(revoked.certificate())));

    refused("CN=revoked is revoked", () -> connect(trust, revoked));
    assertThatCode(() -> connect(trust, SERVER)).doesNotThrowAnyException();
  }

  @Test
  void aRevokedIntermediateIsRefused() throws Exception {
    TestPki.Holder middle = CA.issue("CN=Middle", TestPki.p256()).authority().make();
    TestPki.Holder server = middle.issue("CN=server", TestPki.p256()).make();
    TlsTrust trust =
        TlsTrust.only(List.of(CA.certificate())).withCrls(List.of(CA.revoke(middle.certificate())));

    refused("CN=Middle is revoked", () -> connect(trust, server, middle.certificate()));
  }

  @Test
  void anExpiredServerIsRefused() {
    TestPki.Holder expired =
        CA.issue("CN=old", TestPki.p256())
            .valid(TestPki.NOW.minus(Duration.ofDays(9)), TestPki.NOW.minus(Duration.ofDays(1)))
            .make();

    refused(
        "validity check failed", () -> connect(TlsTrust.only(List.of(CA.certificate())), expired));
  }

  @Test
  @DisplayName("CRY-11 a server certificate signed with SHA-1 is refused")
  void sha1ServerIsRefused() {
    TestPki.Holder sha1 = CA.issue("CN=sha1", TestPki.p256()).signedWith("SHA1withECDSA").make();

    refused(
        "signed with SHA1withECDSA", () -> connect(TlsTrust.only(List.of(CA.certificate())), sha1));
  }

  @Test
  void clientsSpeakTls13And12Only() {
    assertThat(TlsTrust.clientParameters().getProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
    assertThat(TlsTrust.clientParameters().getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
  }
}
