package dev.assayer.samples;

import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;

/**
 * A key of a TUF role: what metadata says of it, and the pair that really signs. The two may
 * differ, so that metadata can carry keys that no honest client would make.
 *
 * @param id the key id: hex sha256 of the canonical key object
 * @param keyType {@code ecdsa-x509}, {@code rsa-x509}, {@code ecdsa}, {@code rsa}, {@code ed25519}
 * @param publicValue the {@code public} field: base64 of a PEM certificate for the x509 types, of
 *     DER SubjectPublicKeyInfo for {@code ecdsa} and {@code rsa}, of 32 raw bytes for {@code
 *     ed25519}
 * @param keyPair the pair that signs
 * @param method how it signs
 * @param certificate for the x509 types
 */
public record TufKey(
    String id,
    String keyType,
    String publicValue,
    KeyPair keyPair,
    SignatureMethod method,
    Optional<X509Certificate> certificate) {

  private static final int ED25519_BYTES = 32;

  /** A new key without a certificate. */
  public static TufKey bare(KeyKind kind) {
    return bare(kind.generate());
  }

  /** The key type follows from the pair's algorithm. */
  public static TufKey bare(KeyPair pair) {
    byte[] spki = pair.getPublic().getEncoded();
    return switch (SignatureMethod.usual(pair.getPublic().getAlgorithm())) {
      case ECDSA -> claiming("ecdsa", spki, pair);
      case RSAPSS, RSAPKCS1V15 -> claiming("rsa", spki, pair);
      case EDDSA -> {
        byte[] raw = new byte[ED25519_BYTES];
        System.arraycopy(spki, spki.length - raw.length, raw, 0, raw.length);
        yield claiming("ed25519", raw, pair);
      }
    };
  }

  /** A new key in a self-signed leaf certificate, valid ten years, as Notary makes them. */
  public static TufKey x509(KeyKind kind, String commonName) {
    KeyPair pair = kind.generate();
    return x509(pair, Certificates.leaf(pair, commonName));
  }

  /** A pair wrapped in this certificate, which need not match it. EC and RSA only. */
  public static TufKey x509(KeyPair pair, X509Certificate certificate) {
    String type =
        switch (SignatureMethod.usual(pair.getPublic().getAlgorithm())) {
          case ECDSA -> "ecdsa-x509";
          case RSAPSS, RSAPKCS1V15 -> "rsa-x509";
          case EDDSA -> throw new IllegalArgumentException("Notary has no ed25519-x509");
        };
    byte[] pem = Certificates.pem(certificate).getBytes(StandardCharsets.US_ASCII);
    TufKey key = claiming(type, pem, pair);
    return new TufKey(
        key.id, key.keyType, key.publicValue, pair, key.method, Optional.of(certificate));
  }

  /** A key whose metadata says whatever is given, such as a weak or foreign public key. */
  public static TufKey claiming(String keyType, byte[] publicBytes, KeyPair signer) {
    String value = Base64.getEncoder().encodeToString(publicBytes);
    return new TufKey(
        Hashes.sha256Hex(Metadata.bytes(object(keyType, value))),
        keyType,
        value,
        signer,
        SignatureMethod.usual(signer.getPublic().getAlgorithm()),
        Optional.empty());
  }

  /** The same key under a false id. */
  public TufKey withId(String other) {
    return new TufKey(other, keyType, publicValue, keyPair, method, certificate);
  }

  /** The same key, really signing by another method: {@code rsapkcs1v15} instead of PSS. */
  public TufKey withMethod(SignatureMethod other) {
    return new TufKey(id, keyType, publicValue, keyPair, other, certificate);
  }

  /** Signs with the real private key, under the claimed id. */
  public TufSignature sign(byte[] message) {
    byte[] sig = method.sign(keyPair.getPrivate(), message);
    return new TufSignature(id, method.wireName(), Base64.getEncoder().encodeToString(sig));
  }

  /** The bare public key as PEM SubjectPublicKeyInfo: what a trust root pins. */
  public String publicKeyPem() {
    return Pem.of("PUBLIC KEY", keyPair.getPublic().getEncoded());
  }

  /** The key object as it stands in metadata. */
  public JsonObject json() {
    return object(keyType, publicValue);
  }

  private static JsonObject object(String keyType, String publicValue) {
    return JsonObject.builder()
        .put("keytype", keyType)
        .put(
            "keyval",
            JsonObject.builder().put("private", JsonNull.NULL).put("public", publicValue).build())
        .build();
  }

  /** Names type and id, never key material. */
  @Override
  public String toString() {
    return keyType + " " + id;
  }
}
