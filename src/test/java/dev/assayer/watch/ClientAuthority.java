package dev.assayer.watch;

import dev.assayer.samples.Certificates;
import dev.assayer.samples.Certificates.Spec;
import dev.assayer.samples.Certificates.Use;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;

/** A CA that vouches for callers of the webhook. */
final class ClientAuthority {
  private final X500Name name = Certificates.commonName("client CA");
  private final KeyPair key = KeyKind.ECDSA_P256.generate();
  private final X509Certificate certificate = Certificates.make(Spec.selfSigned(name, key, Use.CA));

  String pem() {
    return Certificates.pem(certificate);
  }

  /** A caller with a certificate of this authority, who trusts those servers. */
  SSLContext caller(DemoCa servers) {
    KeyPair own = KeyKind.ECDSA_P256.generate();
    X509Certificate shown =
        Certificates.make(
            Spec.selfSigned(Certificates.commonName("kube-apiserver"), own, Use.CLIENT)
                .issuedBy(name, key));
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "me", own.getPrivate(), new char[0], new X509Certificate[] {shown, certificate});
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust(servers.pem()).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whoever trusts this authority, and shows nothing. */
  static SSLContext trusting(String caPem) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(caPem).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TrustManagerFactory trust(String caPem)
      throws GeneralSecurityException, IOException {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(caPem.getBytes(StandardCharsets.US_ASCII))));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);
    return trust;
  }
}
