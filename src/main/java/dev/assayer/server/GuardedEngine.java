package dev.assayer.server;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;

/**
 * The server side of one TLS connection with the listener's own rules, whatever the HTTP server
 * sets on it: TLS 1.3 and 1.2, forward secrecy with authenticated encryption, a client certificate
 * where one is demanded, no resumption and no renegotiation. It tells which client was refused: the
 * JDK gives up on a client without a certificate before any trust manager is asked, so only here is
 * it seen.
 */
final class GuardedEngine extends DelegatingEngine {
  static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** No CBC, no static RSA: ECDHE with AEAD only, in the order of preference. */
  static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** Told on the thread that makes the handshake when it is done, by whoever bound it. */
  static final ScopedValue<Runnable> ESTABLISHED = ScopedValue.newInstance();

  private final SSLEngine inner;
  private final boolean mutual;
  private final Consumer<String> refusedClient;

  private boolean established;
  private boolean failed;

  /**
   * Guards one engine.
   *
   * @param inner a new engine
   * @param mutual whether the client must show a certificate
   * @param refusedClient takes {@code no_cert}, {@code untrusted} or {@code expired}, at most once
   */
  GuardedEngine(SSLEngine inner, boolean mutual, Consumer<String> refusedClient) {
    super(inner);
    this.inner = inner;
    this.mutual = mutual;
    this.refusedClient = refusedClient;
    inner.setUseClientMode(false);
    harden();
  }

  /**
   * With the identification algorithm "", which means none, the JDK takes no session back from a
   * ticket, since tickets do not keep it. So each connection proves itself anew; API servers resume
   * none anyway. A test holds it.
   */
  private void harden() {
    SSLParameters rules = inner.getSSLParameters();
    rules.setProtocols(PROTOCOLS.toArray(new String[0]));
    rules.setCipherSuites(CIPHER_SUITES.toArray(new String[0]));
    rules.setNeedClientAuth(mutual);
    rules.setEndpointIdentificationAlgorithm("");
    inner.setSSLParameters(rules);
  }

  @Override
  public void setSSLParameters(SSLParameters parameters) {
    inner.setSSLParameters(parameters);
    harden();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    harden();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    harden();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    harden();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    harden();
  }

  @Override
  public void setUseClientMode(boolean client) {
    if (client) {
      throw new IllegalArgumentException("this is the engine of a server");
    }
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to)
      throws SSLException {
    return failed ? closed() : watched(() -> inner.wrap(from, offset, length, to));
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length)
      throws SSLException {
    if (failed) {
      return closed();
    }
    SSLEngineResult result = watched(() -> inner.unwrap(from, to, offset, length));
    // After a TLS 1.2 handshake the only task is a ClientHello: the client renegotiates.
    if (established
        && result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
        && inner.getSession().getProtocol().equals("TLSv1.2")) {
      failed = true;
      throw new SSLHandshakeException("renegotiation is refused");
    }
    return result;
  }

  /** So that a loop which closes the connection ends, though the inner engine waits for a task. */
  private static SSLEngineResult closed() {
    return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
  }

  private static void tell() {
    if (ESTABLISHED.isBound()) {
      ESTABLISHED.get().run();
    }
  }

  private interface Step {
    SSLEngineResult take() throws SSLException;
  }

  private SSLEngineResult watched(Step step) throws SSLException {
    try {
      SSLEngineResult result = step.take();
      if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
        established = true;
        tell();
      }
      return result;
    } catch (SSLException refused) {
      if (mutual && !established) {
        established = true;
        ClientRefusal.reason(refused).ifPresent(refusedClient);
      }
      throw refused;
    }
  }
}
