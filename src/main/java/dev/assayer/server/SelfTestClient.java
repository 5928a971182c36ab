package dev.assayer.server;

import dev.assayer.crypto.SelfSignedClient;
import dev.assayer.crypto.TlsIdentity;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How this process connects to its own listener: with a certificate made at start and known to the
 * listener by its exact bytes, and trusting nothing but the certificate that is served.
 */
final class SelfTestClient {
  static final String SUBJECT = "assayer-self-test";

  /** For a clock that is set back after the start. */
  private static final Duration BACKWARDS = Duration.ofDays(30);

  private final TlsIdentity identity;

  SelfTestClient(Instant now) {
    this.identity = SelfSignedClient.create(SUBJECT, now.minus(BACKWARDS));
  }

  /** Whether this is the self-test's own certificate; its name alone says nothing. */
  boolean is(X509Certificate certificate) {
    return identity.certificate().equals(certificate);
  }

  /**
   * A new context for clients, with sessions of its own. No host name is checked.
   *
   * @param served the certificate that the listener shows, asked for at each handshake
   */
  SSLContext context(Supplier<X509Certificate> served) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {identity.keyManager()}, new TrustManager[] {new Exactly(served)}, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("cannot make a TLS context", impossible);
    }
  }

  /** Extended, since the JDK would check the host name around a plain trust manager. */
  private static final class Exactly extends X509ExtendedTrustManager {
    private final Supplier<X509Certificate> served;

    Exactly(Supplier<X509Certificate> served) {
      this.served = served;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length == 0 || !served.get().equals(chain[0])) {
        throw new CertificateException("not the certificate that is served");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("no clients here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("no clients here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("no clients here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
