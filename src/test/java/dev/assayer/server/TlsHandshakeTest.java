package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.crypto.KeyForms;
import dev.assayer.samples.KeyKind;
import io.helidon.webserver.WebServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsHandshakeTest {
  private static final TlsAuthority CA = new TlsAuthority("server CA");

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(names = "RSA_4096", mode = EnumSource.Mode.EXCLUDE)
  void everyKeyInEveryFormShakesHands(KeyKind kind) throws Exception {
    KeyPair pair = kind.generate();
    TlsAuthority.Issued shown = CA.server(pair);
    try (TlsRig rig = TlsRig.open(dir, CA.server())) {
      for (Map.Entry<String, String> form : KeyForms.of(pair).entrySet()) {
        // Something else in between, so that each form is really read.
        rig.write(CA.server());
        rig.identity.poll();
        TlsRig.write(dir, shown.pem(), form.getValue());
        rig.identity.poll();
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
          try (TlsLine line = rig.connect(CA.anonymousClient(), protocol)) {
            assertThat(line.get()).isEqualTo("anonymous");
            assertThat(line.shown()).as(form.getKey()).isEqualTo(shown.certificate());
            assertThat(line.socket.getSession().getProtocol()).isEqualTo(protocol);
          }
        }
      }
      assertThat(rig.events.reloads).containsOnly("ok");
    }
  }

  @Test
  void onlyForwardSecrecyWithAuthenticatedEncryptionIsOffered() throws Exception {
    try (TlsRig rig = TlsRig.open(dir, CA.server())) {
      assertThat(rig.identity.tls().newEngine().getEnabledCipherSuites())
          .allMatch(suite -> suite.matches("TLS_(ECDHE_(EC|R)[DS]+A_WITH_)?(AES|CHACHA20).*"))
          .noneMatch(suite -> suite.contains("CBC"));
      assertThat(rig.identity.tls().newEngine().getEnabledProtocols())
          .containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
    }
  }

  @Test
  @DisplayName("HTT-10 a client that speaks only CBC suites of TLS 1.2 gets no handshake")
  void cbcIsRefused() throws Exception {
    try (TlsRig rig = TlsRig.open(dir, CA.server())) {
      assertThatThrownBy(() ->
              TlsLine.connect(
                  rig.port(),
                  CA.anonymousClient(),
                  parameters -> {
                    parameters.setProtocols(new String[] {"TLSv1.2"});
                    parameters.setCipherSuites(
                        new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
                  }))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("handshake_failure");
      assertThatCode(() -> rig.connect(CA.anonymousClient(), "TLSv1.2").close())
          .doesNotThrowAnyException();
    }
  }

  /**
   * A ClientHello of TLS 1.x with one suite; the JDK's own client can no longer make an old one.
   */
  private static byte[] hello(int minor) {
    String random = "00".repeat(32);
    String suites = "0004c009c013";
    String extensions = "000a00040002001700" + "0b00020100";
    String body =
        "03%02x".formatted(minor)
            + random
            + "00"
            + suites
            + "0100"
            + "%04x".formatted(extensions.length() / 2)
            + extensions;
    int length = body.length() / 2;
    return HexFormat.of().parseHex("160301%04x01%06x".formatted(length + 4, length) + body);
  }

  @ParameterizedTest
  @DisplayName("HTT-10 TLS 1.0 and TLS 1.1 are refused with the alert protocol_version")
  @ValueSource(ints = {1, 2})
  void oldProtocolsAreRefused(int minor) throws Exception {
    try (TlsRig rig = TlsRig.open(dir, CA.server());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(hello(minor));
      DataInputStream in = new DataInputStream(socket.getInputStream());

      assertThat(in.readUnsignedByte()).as("alert").isEqualTo(21);
      assertThat(in.readUnsignedShort()).as("record version").isBetween(0x301, 0x303);
      assertThat(in.readUnsignedShort()).as("length").isEqualTo(2);
      assertThat(in.readUnsignedShort()).as("fatal, protocol_version").isEqualTo(0x0246);
      assertThat(in.read()).as("closed").isEqualTo(-1);
    }
  }

  @Test
  @DisplayName("HTT-10 a client cannot renegotiate: the connection ends, others go on")
  void renegotiationIsRefused() throws Exception {
    try (TlsRig rig = TlsRig.open(dir, CA.server());
        TlsLine other = rig.connect(CA.anonymousClient(), "TLSv1.2");
        TlsLine line = rig.connect(CA.anonymousClient(), "TLSv1.2")) {
      line.get();

      assertThatThrownBy(
              () -> {
                line.socket.startHandshake();
                line.get();
              })
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
      assertThat(other.get()).isEqualTo("anonymous");
    }
  }

  @Test
  @DisplayName("HTT-10 the server name of another host gets the one certificate there is")
  void anotherServerNameIsServedTheSame() throws Exception {
    TlsAuthority.Issued shown = CA.server();
    try (TlsRig rig = TlsRig.open(dir, shown);
        TlsLine line =
            TlsLine.connect(
                rig.port(),
                CA.anonymousClient(),
                parameters -> {
                  parameters.setEndpointIdentificationAlgorithm("");
                  parameters.setServerNames(List.of(new SNIHostName("other.example")));
                })) {
      assertThat(line.get()).isEqualTo("anonymous");
      assertThat(line.shown()).isEqualTo(shown.certificate());
    }
  }

  @Test
  void withoutNioNobodyIsServed() throws Exception {
    TlsAuthority.Issued shown = CA.server();
    TlsRig.write(dir, shown.pem(), shown.key());
    ServingIdentity identity =
        ServingIdentity.read(TlsRig.files(dir, false), new TlsRecorder(), InstantSource.system());
    WebServer server = TlsRig.serve(identity, false);
    try {
      assertThatThrownBy(
              () -> TlsLine.connect(server.port(), CA.anonymousClient(), parameters -> {}))
          .isInstanceOf(IOException.class);
    } finally {
      server.stop();
    }
  }
}
