package dev.assayer.crypto;

import dev.assayer.crypto.TlsIdentityResult.Part;
import dev.assayer.crypto.TlsIdentityResult.Refused;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A certificate chain, leaf first, and the leaf's private key: what one side of a TLS connection
 * shows. The dates are facts and not checked, since they change while it is in use.
 */
public final class TlsIdentity {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USE = "2.5.29.37.0";

  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final String keyDescription;
  private final List<String> warnings;

  TlsIdentity(
      List<X509Certificate> chain, PrivateKey key, String keyDescription, List<String> warnings) {
    this.chain = List.copyOf(chain);
    this.key = key;
    this.keyDescription = keyDescription;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Reads the identity of a server.
   *
   * @param certificatePem one or more certificates: the one of the key, and those above it, in any
   *     order; comments may stand between them
   * @param keyPem see {@link PrivateKeys#fromPem}
   */
  public static TlsIdentityResult ofServer(String certificatePem, String keyPem) {
    List<X509Certificate> given;
    switch (TlsCertificates.read(certificatePem)) {
      case PemList.Refused<X509Certificate>(String why) -> {
        return new Refused(Part.CERTIFICATE, why);
      }
      case PemList.Loaded<X509Certificate>(List<X509Certificate> items) -> given = items;
    }
    return switch (PrivateKeys.fromPem(keyPem)) {
      case PrivateKeyResult.Refused(String why) -> new Refused(Part.KEY, why);
      case PrivateKeyResult.Loaded(PrivateKey key, String description) ->
          join(given, key, description);
    };
  }

  private static TlsIdentityResult join(
      List<X509Certificate> given, PrivateKey key, String description) {
    Optional<X509Certificate> leaf =
        given.stream().filter(one -> KeyPairs.belong(one.getPublicKey(), key)).findFirst();
    if (leaf.isEmpty()) {
      return new Refused(
          Part.PAIR,
          "the key ("
              + description
              + ") belongs to none of the certificates (first: "
              + TlsCertificates.describe(given.getFirst())
              + "); give the two files of one issuance");
    }
    List<X509Certificate> chain = TlsCertificates.path(leaf.get(), given);
    for (X509Certificate one : chain) {
      Optional<String> refusal = TlsCertificates.refusal(one);
      if (refusal.isPresent()) {
        return new Refused(Part.CERTIFICATE, refusal.get() + "; have a new one issued");
      }
    }
    return new TlsIdentityResult.Loaded(
        new TlsIdentity(chain, key, description, warnings(given, chain)));
  }

  private static List<String> warnings(List<X509Certificate> given, List<X509Certificate> chain) {
    List<String> warnings = new ArrayList<>();
    X509Certificate leaf = chain.getFirst();
    if (!chain.equals(given)) {
      warnings.add(
          chain.size() == given.size()
              ? "the certificates are not in order; they are served leaf first"
              : given.size() - chain.size() + " certificates are above nothing and not served");
    }
    if (!hasAlternativeName(leaf)) {
      warnings.add(
          "the certificate has no subject alternative name, so the API server will refuse it;"
              + " have one issued for <service>.<namespace>.svc");
    }
    if (!forServers(leaf)) {
      warnings.add(
          "the certificate's extended key usage leaves out TLS servers, so the API server will"
              + " refuse it; have one issued with serverAuth");
    }
    return warnings;
  }

  private static boolean hasAlternativeName(X509Certificate leaf) {
    try {
      return leaf.getSubjectAlternativeNames() != null;
    } catch (CertificateParsingException malformed) {
      return false;
    }
  }

  private static boolean forServers(X509Certificate leaf) {
    try {
      List<String> uses = leaf.getExtendedKeyUsage();
      return uses == null || uses.contains(SERVER_AUTH) || uses.contains(ANY_USE);
    } catch (CertificateParsingException malformed) {
      return false;
    }
  }

  /** The leaf. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** The leaf and what is above it, each signed by the next. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /** What a client may dislike, a sentence each, with the remedy. */
  public List<String> warnings() {
    return warnings;
  }

  /** End of the leaf's validity, itself included. */
  public Instant notAfter() {
    return certificate().getNotAfter().toInstant();
  }

  /** Whether {@code when} lies within the leaf's validity, both ends included. */
  public boolean validAt(Instant when) {
    return !when.isBefore(certificate().getNotBefore().toInstant()) && !when.isAfter(notAfter());
  }

  /** Shows this identity to every peer. */
  public X509ExtendedKeyManager keyManager() {
    return new IdentityKeyManager(chain, key);
  }

  /** Subject, serial number, dates and kind of key, for a log line; never the key. */
  public String describe() {
    return TlsCertificates.describe(certificate()) + ", key " + keyDescription;
  }

  @Override
  public String toString() {
    return describe();
  }
}
