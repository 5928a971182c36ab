package dev.assayer.crypto;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;

/** Which signature algorithms may stand in a certificate: SHA-256, -384, -512 and Ed25519. */
final class CertificateSignatures {
  private static final String PSS = "1.2.840.113549.1.1.10";

  private static final Set<String> ALLOWED =
      Set.of(
          "1.2.840.113549.1.1.11", // sha256WithRSAEncryption
          "1.2.840.113549.1.1.12", // sha384WithRSAEncryption
          "1.2.840.113549.1.1.13", // sha512WithRSAEncryption
          "1.2.840.10045.4.3.2", // ecdsa-with-SHA256
          "1.2.840.10045.4.3.3", // ecdsa-with-SHA384
          "1.2.840.10045.4.3.4", // ecdsa-with-SHA512
          "1.3.101.112"); // Ed25519

  private static final Set<String> PSS_HASHES =
      Set.of("2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3");

  private CertificateSignatures() {}

  /** The same question of a certificate in the JDK's form. */
  static boolean allowed(X509Certificate certificate) {
    if (!certificate.getSigAlgOID().equals(PSS)) {
      return ALLOWED.contains(certificate.getSigAlgOID());
    }
    try {
      return allowed(Certificate.getInstance(certificate.getEncoded()).getSignatureAlgorithm());
    } catch (CertificateEncodingException | RuntimeException malformed) {
      return false;
    }
  }

  static boolean allowed(AlgorithmIdentifier algorithm) {
    String oid = algorithm.getAlgorithm().getId();
    return oid.equals(PSS) ? pssAllowed(algorithm.getParameters()) : ALLOWED.contains(oid);
  }

  /** The hash of PSS is in the parameters; absent parameters mean SHA-1 (RFC 4055 section 3.1). */
  private static boolean pssAllowed(ASN1Encodable parameters) {
    try {
      return parameters != null
          && PSS_HASHES.contains(
              RSASSAPSSparams.getInstance(parameters).getHashAlgorithm().getAlgorithm().getId());
    } catch (RuntimeException malformed) {
      return false;
    }
  }
}
