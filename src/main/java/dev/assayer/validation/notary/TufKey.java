package dev.assayer.validation.notary;

import dev.assayer.crypto.CertificateResult;
import dev.assayer.crypto.KeyResult;
import dev.assayer.crypto.KeyType;
import dev.assayer.crypto.Sha;
import dev.assayer.crypto.SigningCertificate;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.json.CanonicalJson;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An entry of the table of keys.
 *
 * @param id recomputed, never the table's own word: hex sha256 of the canonical JSON of {@code
 *     {"keytype":…,"keyval":{"private":null,"public":…}}}
 * @param key the key, or why it may not verify anything
 * @param certificate the leaf that wraps the key in the {@code …-x509} types
 */
record TufKey(String id, KeyResult key, Optional<SigningCertificate> certificate) {
  private static final int ED25519_BYTES = 32;

  /** Reads an entry. A key that cannot be used is kept, so that a denial can say why. */
  static TufKey parse(JsonObject entry, String what) throws TrustException {
    String type = Fields.text(Fields.member(entry, "keytype", what), what + " keytype");
    JsonObject value = Fields.object(Fields.member(entry, "keyval", what), what + " keyval");
    String encoded = Fields.text(Fields.member(value, "public", what), what + " public");
    byte[] content = Fields.base64(encoded, what + " public");
    String id = id(type, encoded);
    return switch (type) {
      case "ecdsa", "rsa" -> new TufKey(id, typed(type, VerificationKey.fromSpki(content)), none());
      case "ed25519" -> new TufKey(id, VerificationKey.fromEd25519(content), none());
      case "ecdsa-x509", "rsa-x509" -> wrapped(id, type, content);
      default ->
          new TufKey(
              id,
              new KeyResult.Refused(KeyResult.Kind.NOT_ALLOWED, "key type is not supported"),
              none());
    };
  }

  private static TufKey wrapped(String id, String type, byte[] pem) {
    return switch (SigningCertificate.fromPemBundle(pem)) {
      case CertificateResult.Loaded(SigningCertificate certificate) ->
          new TufKey(
              id,
              typed(type.substring(0, type.indexOf('-')), certificate.key()),
              Optional.of(certificate));
      case CertificateResult.Refused(String why) ->
          new TufKey(id, new KeyResult.Refused(KeyResult.Kind.MALFORMED, why), none());
    };
  }

  /** Binds the label to the key, so that an RSA key under "ecdsa" is refused. */
  private static KeyResult typed(String label, KeyResult result) {
    if (result instanceof KeyResult.Loaded(VerificationKey key)) {
      boolean rsa = key.type() == KeyType.RSA;
      boolean ec = !rsa && key.type() != KeyType.ED25519;
      if (label.equals("rsa") ? !rsa : !ec) {
        return new KeyResult.Refused(
            KeyResult.Kind.MALFORMED, "keytype " + label + " holds a key of " + key.describe());
      }
    }
    return result;
  }

  private static Optional<SigningCertificate> none() {
    return Optional.empty();
  }

  /** The key id (notary tuf/data/keys.go); {@code "private":null} is part of what is hashed. */
  static String id(String type, String encodedPublic) throws TrustException {
    Json key =
        JsonObject.builder()
            .put("keytype", type)
            .put(
                "keyval",
                JsonObject.builder()
                    .put("private", JsonNull.NULL)
                    .put("public", encodedPublic)
                    .build())
            .build();
    try {
      return Sha.hex(Sha.sha256(CanonicalJson.bytes(key)));
    } catch (JsonException unexpected) {
      throw Fields.malformed("a key has no canonical form: " + unexpected.getMessage());
    }
  }

  /** The id of a key without a certificate, Notary's canonical key id (tuf/utils/x509.go). */
  static String canonicalId(VerificationKey key) {
    byte[] spki = key.spki();
    String type =
        switch (key.type()) {
          case EC_P256, EC_P384, EC_P521 -> "ecdsa";
          case RSA -> "rsa";
          case ED25519 -> "ed25519";
        };
    byte[] content =
        key.type() == KeyType.ED25519
            ? Arrays.copyOfRange(spki, spki.length - ED25519_BYTES, spki.length)
            : spki;
    try {
      return id(type, Base64.getEncoder().encodeToString(content));
    } catch (TrustException impossible) {
      throw new IllegalStateException("base64 has a canonical form", impossible);
    }
  }

  /** The usable key. */
  Optional<VerificationKey> usable() {
    return key instanceof KeyResult.Loaded(VerificationKey loaded)
        ? Optional.of(loaded)
        : Optional.empty();
  }

  /** Key type in words, such as {@code ecdsa-p256}. */
  String describe() {
    return usable().map(VerificationKey::describe).orElse("unusable");
  }
}
