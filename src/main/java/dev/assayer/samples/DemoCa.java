package dev.assayer.samples;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;

/** A certificate authority that lives as long as the process. */
public final class DemoCa {
  private final X500Name name = Certificates.commonName("Assayer demo CA");
  private final KeyPair key = KeyKind.ECDSA_P256.generate();
  private final X509Certificate certificate =
      Certificates.make(Certificates.Spec.selfSigned(name, key, Certificates.Use.CA));

  private DemoCa() {}

  /** A new CA with a new key. */
  public static DemoCa create() {
    return new DemoCa();
  }

  /** The CA certificate as PEM. */
  public String pem() {
    return Certificates.pem(certificate);
  }

  /** A server certificate for {@code localhost}, 127.0.0.1 and these names or addresses. */
  public ServerIdentity identity(String... moreNames) {
    return identity(serverSpec(moreNames));
  }

  /** As {@link #identity(String...)}, but valid in another time. */
  public ServerIdentity identityValid(Instant from, Instant until) {
    return identity(serverSpec().valid(from, until));
  }

  /** A certificate made from an edited specification, signed as the specification says. */
  public ServerIdentity identity(Certificates.Spec spec) {
    return new ServerIdentity(Certificates.make(spec), spec.subjectKey(), pem());
  }

  /** What {@link #identity(String...)} would make, for editing. */
  public Certificates.Spec serverSpec(String... moreNames) {
    List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1"));
    names.addAll(List.of(moreNames));
    return Certificates.Spec.selfSigned(
            Certificates.commonName("localhost"),
            KeyKind.ECDSA_P256.generate(),
            Certificates.Use.SERVER)
        .named(names)
        .issuedBy(name, key);
  }

  /** A client-side TLS context that trusts this CA and nothing else. */
  public SSLContext clientContext() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", certificate);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot trust the demo CA", e);
    }
  }
}
