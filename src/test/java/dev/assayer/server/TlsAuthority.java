package dev.assayer.server;

import dev.assayer.crypto.KeyForms;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.Certificates.Spec;
import dev.assayer.samples.Certificates.Use;
import dev.assayer.samples.KeyKind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;

/** A CA of the tests, for servers and for clients. */
final class TlsAuthority {
  private final X500Name name;
  private final KeyPair key = KeyKind.ECDSA_P256.generate();
  private final X509Certificate certificate;

  TlsAuthority(String commonName) {
    this(commonName, Instant.now().plus(Duration.ofDays(30)));
  }

  TlsAuthority(String commonName, Instant until) {
    name = Certificates.commonName(commonName);
    certificate =
        Certificates.make(
            Spec.selfSigned(name, key, Use.CA).valid(until.minus(Duration.ofDays(60)), until));
  }

  /** A certificate and its key. */
  record Issued(X509Certificate certificate, KeyPair pair) {
    String pem() {
      return Certificates.pem(certificate);
    }

    String key() {
      return KeyForms.of(pair).get("PKCS#8");
    }

    /** What a client with this certificate, trusting these authorities, connects with. */
    SSLContext client(TlsAuthority... servers) {
      return client(pair, servers);
    }

    /** The same certificate with a key that need not be its own. */
    SSLContext client(KeyPair with, TlsAuthority... servers) {
      try {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
            "me", with.getPrivate(), new char[0], new X509Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        return context(keys.getKeyManagers(), servers);
      } catch (GeneralSecurityException | IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  String pem() {
    return Certificates.pem(certificate);
  }

  Issued server() {
    return server(KeyKind.ECDSA_P256.generate());
  }

  Issued server(KeyPair pair) {
    return issue(serverSpec(pair));
  }

  Spec serverSpec(KeyPair pair) {
    return spec("webhook", pair, Use.SERVER).named(List.of("localhost", "127.0.0.1"));
  }

  Issued client(String commonName) {
    return issue(spec(commonName, KeyKind.ECDSA_P256.generate(), Use.CLIENT));
  }

  Spec spec(String commonName, KeyPair pair, Use use) {
    Instant now = Instant.now();
    return Spec.selfSigned(Certificates.commonName(commonName), pair, use)
        .valid(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(20)))
        .issuedBy(name, key);
  }

  static Issued issue(Spec spec) {
    return new Issued(Certificates.make(spec), spec.subjectKey());
  }

  /** A client without a certificate that trusts only servers of this authority. */
  SSLContext anonymousClient() {
    return TlsTrust.only(List.of(certificate)).clientContext();
  }

  private static SSLContext context(KeyManager[] keys, TlsAuthority... servers)
      throws GeneralSecurityException {
    List<X509Certificate> trusted = Arrays.stream(servers).map(one -> one.certificate).toList();
    X509ExtendedTrustManager trust = TlsTrust.only(trusted).checksOfClients();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {trust}, null);
    return context;
  }
}
