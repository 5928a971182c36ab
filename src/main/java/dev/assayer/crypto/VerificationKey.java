package dev.assayer.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A public key that passed the key policy, in its one canonical encoding. Two keys are equal if and
 * only if they are the same mathematical key, so counting distinct keys is counting distinct values
 * or fingerprints.
 */
public final class VerificationKey {
  private final KeyType type;
  private final int bits;
  private final byte[] spki;
  private final String fingerprint;

  /** The provider's form of this key, kept because making it costs as much as verifying. */
  private volatile @Nullable Prepared prepared;

  private record Prepared(Provider provider, PublicKey key) {}

  VerificationKey(KeyType type, int bits, byte[] canonicalSpki) {
    this.type = type;
    this.bits = bits;
    this.spki = canonicalSpki;
    this.fingerprint = Sha.hex(Sha.sha256(canonicalSpki));
  }

  /** Loads a DER SubjectPublicKeyInfo. */
  public static KeyResult fromSpki(byte[] der) {
    return Spki.load(der);
  }

  /** Loads the 32 bytes of an Ed25519 public key (RFC 8032 section 5.1.5). */
  public static KeyResult fromEd25519(byte[] raw) {
    return Spki.loadEd25519(raw);
  }

  /** Loads the subject's key of a certificate; says nothing about the certificate itself. */
  public static KeyResult fromCertificate(X509Certificate certificate) {
    return Spki.load(certificate.getPublicKey().getEncoded());
  }

  /** The kind of key. */
  public KeyType type() {
    return type;
  }

  /** The canonical DER SubjectPublicKeyInfo; a copy. */
  public byte[] spki() {
    return spki.clone();
  }

  /** Lower-case hex SHA-256 of {@link #spki}: the identity of the key. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Algorithm and size, for example {@code ecdsa-p256}, {@code rsa-4096}, {@code ed25519}. */
  public String describe() {
    return switch (type) {
      case EC_P256, EC_P384, EC_P521 -> "ecdsa-p" + bits;
      case RSA -> "rsa-" + bits;
      case ED25519 -> "ed25519";
    };
  }

  int bits() {
    return bits;
  }

  /**
   * The key as an object of the provider, or of the JDK if the provider has no such factory.
   * Providers are compared by identity, since their equality is that of property maps.
   */
  @SuppressWarnings("ReferenceEquality")
  PublicKey forProvider(Provider provider) throws GeneralSecurityException {
    Prepared known = prepared;
    if (known == null || !known.provider().equals(provider)) {
      known = new Prepared(provider, make(provider));
      prepared = known;
    }
    return known.key();
  }

  private PublicKey make(Provider provider) throws GeneralSecurityException {
    String algorithm =
        switch (type) {
          case EC_P256, EC_P384, EC_P521 -> "EC";
          case RSA -> "RSA";
          case ED25519 -> "Ed25519";
        };
    X509EncodedKeySpec encoded = new X509EncodedKeySpec(spki);
    KeyFactory factory;
    try {
      factory = KeyFactory.getInstance(algorithm, provider);
    } catch (NoSuchAlgorithmException absent) {
      factory = KeyFactory.getInstance(algorithm);
    }
    return factory.generatePublic(encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey that && Arrays.equals(spki, that.spki);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }

  @Override
  public String toString() {
    return describe() + " sha256:" + fingerprint;
  }
}
