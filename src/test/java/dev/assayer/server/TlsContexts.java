package dev.assayer.server;

import dev.assayer.testing.TestCa;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Contexts that show one identity and trust one authority. */
final class TlsContexts {
  private static final char[] NONE = new char[0];

  private TlsContexts() {}

  static SSLContext of(Optional<TestCa.Identity> own, TestCa trusted) {
    try {
      KeyStore trust = empty();
      trust.setCertificateEntry("ca", trusted.certificate());
      TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
      managers.init(trust);
      KeyManager[] keys = own.isEmpty() ? new KeyManager[0] : keys(own.get());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManager[] keys(TestCa.Identity own)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    store.setKeyEntry("own", own.key(), NONE, new Certificate[] {own.certificate()});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, NONE);
    return managers.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
