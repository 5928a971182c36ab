package dev.assayer.crypto;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads and writes PEM (RFC 7468). A trust root is exactly one block with nothing but white space
 * around it, so that nobody can read another key out of the same text than Assayer does.
 */
public final class Pem {
  private static final int MAX_KEY_CHARS = 64 << 10;
  private static final int MAX_BUNDLE_CHARS = 16 << 20;

  private Pem() {}

  /**
   * Reads a trust root: one {@code PUBLIC KEY} (SubjectPublicKeyInfo) or one {@code CERTIFICATE}.
   * Line ends may be LF or CRLF.
   */
  public static TrustMaterial publicKeyOrCertificate(String text) {
    if (text.length() > MAX_KEY_CHARS) {
      return malformed("has " + text.length() + " characters, over " + MAX_KEY_CHARS);
    }
    return switch (PemBlocks.read(text, PemBlocks.Around.NOTHING)) {
      case PemBlocks.Read.Bad(String why) -> malformed(why);
      case PemBlocks.Read.Blocks(List<PemBlocks.Block> blocks) when blocks.size() > 1 ->
          malformed("holds " + blocks.size() + " PEM blocks; give exactly one");
      case PemBlocks.Read.Blocks(List<PemBlocks.Block> blocks) -> trust(blocks.getFirst());
    };
  }

  private static TrustMaterial trust(PemBlocks.Block block) {
    return switch (block.label()) {
      case "PUBLIC KEY" ->
          switch (VerificationKey.fromSpki(block.der())) {
            case KeyResult.Loaded(VerificationKey key) -> new TrustMaterial.BareKey(key);
            case KeyResult.Refused(KeyResult.Kind kind, String why) ->
                new TrustMaterial.Refused(kind, why);
          };
      case "CERTIFICATE" ->
          switch (SigningCertificate.fromDer(block.der())) {
            case CertificateResult.Loaded(SigningCertificate certificate) -> withKey(certificate);
            case CertificateResult.Refused(String why) -> malformed(why);
          };
      default -> malformed(wrongLabel(block.label()));
    };
  }

  private static TrustMaterial malformed(String why) {
    return new TrustMaterial.Refused(KeyResult.Kind.MALFORMED, why);
  }

  private static TrustMaterial withKey(SigningCertificate certificate) {
    return switch (certificate.key()) {
      case KeyResult.Loaded(VerificationKey key) -> new TrustMaterial.Certificate(certificate, key);
      case KeyResult.Refused(KeyResult.Kind kind, String why) ->
          new TrustMaterial.Refused(kind, "of the certificate: " + why);
    };
  }

  private static String wrongLabel(String label) {
    String remedy =
        switch (label) {
          case "RSA PUBLIC KEY" ->
              "; convert it with: openssl rsa -RSAPublicKey_in -in FILE -pubout";
          case "EC PARAMETERS" ->
              " and only names a curve; from the key file make: openssl ec -in FILE -pubout";
          case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" ->
              "; take its key with: openssl req -in FILE -pubkey -noout";
          case "TRUSTED CERTIFICATE", "X509 CERTIFICATE" ->
              "; convert it with: openssl x509 -in FILE -out NEWFILE";
          default -> "";
        };
    return "holds a block of type \""
        + Shown.text(label)
        + "\""
        + remedy
        + "; expected is PUBLIC KEY or CERTIFICATE";
  }

  /**
   * Reads a bundle of CA certificates: one or more {@code CERTIFICATE} blocks and no other. Comment
   * lines between blocks are passed over.
   */
  public static PemList<X509Certificate> certificates(String text) {
    return all(
        text,
        "CERTIFICATE",
        (factory, der) ->
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
  }

  /** Reads certificate revocation lists: one or more {@code X509 CRL} blocks and no other. */
  public static PemList<X509CRL> crls(String text) {
    return all(
        text,
        "X509 CRL",
        (factory, der) -> (X509CRL) factory.generateCRL(new ByteArrayInputStream(der)));
  }

  /** Makes an object of the content of one block. */
  private interface Reader<T> {
    T read(CertificateFactory factory, byte[] der) throws GeneralSecurityException;
  }

  private static <T> PemList<T> all(String text, String label, Reader<T> reader) {
    if (text.length() > MAX_BUNDLE_CHARS) {
      return new PemList.Refused<>("has " + text.length() + " characters, over 16 MiB");
    }
    return switch (PemBlocks.read(text, PemBlocks.Around.COMMENTS)) {
      case PemBlocks.Read.Bad(String why) -> new PemList.Refused<>(why);
      case PemBlocks.Read.Blocks(List<PemBlocks.Block> blocks) -> each(blocks, label, reader);
    };
  }

  private static <T> PemList<T> each(List<PemBlocks.Block> blocks, String label, Reader<T> reader) {
    List<T> items = new ArrayList<>();
    for (PemBlocks.Block block : blocks) {
      int number = items.size() + 1;
      if (!block.label().equals(label)) {
        return new PemList.Refused<>(
            "block " + number + " is \"" + Shown.text(block.label()) + "\", not " + label);
      }
      try {
        if (Der.read(block.der()).isEmpty()) {
          return new PemList.Refused<>("block " + number + " is not DER");
        }
        items.add(reader.read(CertificateFactory.getInstance("X.509"), block.der()));
      } catch (GeneralSecurityException | RuntimeException malformed) {
        return new PemList.Refused<>("block " + number + " is not a valid " + label);
      }
    }
    return new PemList.Loaded<>(items);
  }

  /** The key as one {@code PUBLIC KEY} block with lines of 64 characters and a final line feed. */
  public static String encodePublicKey(VerificationKey key) {
    return encode("PUBLIC KEY", key.spki());
  }

  /** The certificate as one {@code CERTIFICATE} block, in the same form. */
  public static String encodeCertificate(X509Certificate certificate) {
    try {
      return encode("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("it was decoded once", impossible);
    }
  }

  private static String encode(String label, byte[] der) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}
