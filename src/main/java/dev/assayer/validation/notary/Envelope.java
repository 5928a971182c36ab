package dev.assayer.validation.notary;

import dev.assayer.crypto.Sha;
import dev.assayer.decision.Reason;
import dev.assayer.image.Printable;
import dev.assayer.json.CanonicalJson;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A metadata file as fetched: {@code {"signed": …, "signatures": […]}}. Nothing in it is trusted
 * yet. What is signed is the canonical JSON of the parsed {@code signed} part; since the parser is
 * strict, canonical JSON and value stand for each other.
 *
 * @param signed the parsed content
 * @param signedBytes its canonical JSON
 */
record Envelope(JsonObject signed, byte[] signedBytes, List<Signature> signatures, byte[] file) {
  /** Notary signs with a handful of keys; each signature costs a verification. */
  private static final int MAX_SIGNATURES = 128;

  /**
   * One signature.
   *
   * @param method lower-case; comes from outside the signed part, so it is bound to the key's type
   */
  record Signature(String keyId, String method, byte[] value) {}

  /** Parses a file that was fetched as {@code role}; checks its {@code _type}. */
  static Envelope parse(byte[] file, String role) throws TrustException {
    String what = role + ".json";
    JsonObject envelope;
    byte[] signedBytes;
    JsonObject signed;
    try {
      envelope =
          Fields.object(StrictJson.parse(file, JsonLimits.metadata(Roles.maxBytes(role))), what);
      signed = Fields.object(Fields.member(envelope, "signed", what), what + " signed");
      signedBytes = CanonicalJson.bytes(signed);
    } catch (JsonException notStrict) {
      throw Fields.malformed(what + " is not acceptable JSON: " + notStrict.getMessage());
    }
    String type = Fields.text(Fields.member(signed, "_type", what), what + " _type");
    if (!type.equals(Roles.type(role))) {
      throw Fields.malformed(
          what + " says _type " + Printable.quoted(type) + " instead of " + Roles.type(role));
    }
    List<Json> entries =
        Fields.array(Fields.member(envelope, "signatures", what), what + " signatures").values();
    if (entries.size() > MAX_SIGNATURES) {
      throw new TrustException(
          Reason.TOO_MANY_SIGNATURES,
          what + " carries " + entries.size() + " signatures, more than " + MAX_SIGNATURES);
    }
    List<Signature> signatures = new ArrayList<>();
    for (Json entry : entries) {
      signatures.add(signature(Fields.object(entry, what + " signature"), what));
    }
    return new Envelope(signed, signedBytes, List.copyOf(signatures), file);
  }

  private static Signature signature(JsonObject entry, String what) throws TrustException {
    String label = what + " signature";
    return new Signature(
        Fields.text(Fields.member(entry, "keyid", label), label + " keyid"),
        Fields.text(Fields.member(entry, "method", label), label + " method")
            .toLowerCase(Locale.ROOT),
        Fields.base64(Fields.text(Fields.member(entry, "sig", label), label), label + " sig"));
  }

  String signedSha256() {
    return Sha.hex(Sha.sha256(signedBytes));
  }

  String sha256() {
    return sha256(file);
  }

  static String sha256(byte[] file) {
    return Sha.hex(Sha.sha256(file));
  }
}
