package dev.assayer.samples;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A TLS server's certificate and key, and the CA that clients should trust for it. */
public record ServerIdentity(X509Certificate certificate, KeyPair keyPair, String caPem) {
  private static final char[] IN_MEMORY = "in memory".toCharArray();

  /** The certificate as PEM. */
  public String certificatePem() {
    return Certificates.pem(certificate);
  }

  /** The private key as PEM PKCS#8. */
  public String privateKeyPem() {
    return Pem.of("PRIVATE KEY", keyPair.getPrivate().getEncoded());
  }

  /** A server-side TLS context that shows this certificate. */
  public SSLContext sslContext() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, IN_MEMORY);
      store.setKeyEntry("server", keyPair.getPrivate(), IN_MEMORY, new Certificate[] {certificate});
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, IN_MEMORY);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot make a TLS context of " + certificate, e);
    }
  }

  /** Names the subject, never the key. */
  @Override
  public String toString() {
    return "server " + certificate.getSubjectX500Principal();
  }
}
