package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.testing.Await;
import dev.assayer.testing.RawHttp;
import dev.assayer.testing.TestCa;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ListenerTlsTest {
  private static final TestCa CA = new TestCa("server authority");
  private static final TestCa CLIENTS = new TestCa("client authority");
  private static final SSLContext SERVER = TlsContexts.of(Optional.of(CA.localhost()), CLIENTS);
  private static final SSLContext NOBODY = TlsContexts.of(Optional.empty(), CA);

  @Test
  void servesTls13AndTls12AndSaysWhoCalls() throws IOException {
    SSLContext known = client(CLIENTS);
    try (Rig rig = Rig.start(SERVER, true)) {
      for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
        try (RawHttp client = RawHttp.tls(rig.port(), known, protocol)) {
          assertThat(((SSLSocket) client.socket()).getSession().getProtocol()).isEqualTo(protocol);
          assertThat(client.send(Rig.post("/mutate", "{}")).answer().status()).isEqualTo(200);
        }
      }
      assertThat(rig.reviews.asked).extracting("caller").containsOnly("CN=server");
    }
  }

  @Test
  @DisplayName(
      "HTT-10 a client without a certificate, or with one of another authority, is refused")
  void strangers() {
    TestCa others = new TestCa("client authority");
    try (Rig rig = Rig.start(SERVER, true)) {
      for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
        for (SSLContext stranger : List.of(NOBODY, client(others))) {
          assertThatThrownBy(() -> post(rig, stranger, protocol))
              .as(protocol)
              .isInstanceOf(IOException.class);
        }
      }
      assertThat(rig.reviews.asked).isEmpty();
      Await.until("forgotten", () -> rig.listener.connections() == 0);
    }
  }

  @Test
  @DisplayName("HTT-10 TLS 1.1 and older are not spoken")
  void oldTls() throws IOException {
    try (Rig rig = Rig.start(SERVER, false)) {
      for (int minor : new int[] {0, 1, 2}) {
        try (RawHttp client = RawHttp.plain(rig.port())) {
          byte[] answer = client.send(clientHello(minor)).everything();

          // An alert record: fatal, protocol_version (RFC 8446 6.2), whatever its version.
          assertThat(answer).hasSize(7);
          assertThat(answer[0]).isEqualTo((byte) 21);
          assertThat(answer[5]).isEqualTo((byte) 2);
          assertThat(answer[6]).isEqualTo((byte) 70);
        }
      }
      assertThat(post(rig, NOBODY, "TLSv1.2").status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("HTT-10 a client cannot renegotiate to look like another, or to keep us busy")
  void renegotiation() throws IOException {
    try (Rig rig = Rig.start(SERVER, false);
        RawHttp client = RawHttp.tls(rig.port(), NOBODY, "TLSv1.2")) {
      SSLSocket socket = (SSLSocket) client.socket();
      assertThat(client.send(Rig.post("/mutate", "1")).answer().status()).isEqualTo(200);
      byte[] session = socket.getSession().getId();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 3; i++) {
                  socket.startHandshake();
                  client.send(Rig.post("/mutate", "2")).answer();
                }
                assertThat(socket.getSession().getId()).isEqualTo(session);
              })
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
      assertThat(rig.reviews.asked).hasSize(1);
    }
  }

  @Test
  @DisplayName("HTT-11 HTTP/2 is not offered to a client that would take it")
  void alpn() throws IOException {
    try (Rig rig = Rig.start(SERVER, false)) {
      try (SSLSocket both = offering(rig, "h2", "http/1.1")) {
        both.startHandshake();
        assertThat(both.getApplicationProtocol()).isIn("", "http/1.1");
      }
      try (SSLSocket only = offering(rig, "h2")) {
        assertThatThrownBy(only::startHandshake).isInstanceOf(SSLHandshakeException.class);
      }
    }
  }

  @Test
  void weakCipherSuitesAreNotSpoken() throws IOException {
    try (Rig rig = Rig.start(SERVER, false);
        SSLSocket socket = offering(rig)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(
          new String[] {
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"
          });
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  private static SSLContext client(TestCa authority) {
    return TlsContexts.of(Optional.of(authority.issue(TestCa.wish("client"))), CA);
  }

  private static SSLSocket offering(Rig rig, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            NOBODY.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), rig.port());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static RawHttp.Answer post(Rig rig, SSLContext context, String protocol)
      throws IOException {
    try (RawHttp client = RawHttp.tls(rig.port(), context, protocol)) {
      return client.send(Rig.post("/mutate", "{}")).answer();
    }
  }

  /** A ClientHello of TLS 1.0 with suites that were common then (RFC 2246 7.4.1.2). */
  private static byte[] clientHello(int minor) {
    byte[] suites = {(byte) 0xc0, 0x09, (byte) 0xc0, 0x13, 0x00, 0x2f, 0x00, 0x35, 0x00, 0x0a};
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    hello.write(3);
    hello.write(minor);
    hello.writeBytes("a random of 32 bytes, as it must".getBytes(StandardCharsets.US_ASCII));
    hello.write(0);
    hello.write(0);
    hello.write(suites.length);
    hello.writeBytes(suites);
    hello.write(1);
    hello.write(0);
    byte[] body = hello.toByteArray();
    return ByteBuffer.allocate(9 + body.length)
        .put(new byte[] {22, 3, 1})
        .putShort((short) (4 + body.length))
        .put(new byte[] {1, 0})
        .putShort((short) body.length)
        .put(body)
        .array();
  }
}
