package dev.assayer.testing;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads Notary metadata for tests, without any verification. */
public final class TrustFiles {
  private TrustFiles() {}

  /** The first key of the root role, out of its certificate, as PEM. */
  public static String rootPublicKeyPem(byte[] rootJson) {
    JsonObject signed = signed(rootJson);
    String keyId = string(list(at(signed, "roles", "root"), "keyids").getFirst());
    String publicBase64 = string(member(at(signed, "keys", keyId, "keyval"), "public"));
    byte[] pem = Base64.getDecoder().decode(publicBase64);
    try {
      return SignerKeys.pem(
          "PUBLIC KEY",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem))
              .getPublicKey()
              .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("root key " + keyId + " is not a certificate", e);
    }
  }

  /** The {@code signed} part of a metadata file. */
  public static JsonObject signed(byte[] file) {
    return at(object(file), "signed");
  }

  /** Its version. */
  public static long version(byte[] file) {
    return member(signed(file), "version").asLong().orElseThrow();
  }

  /** The key ids under {@code signatures}, in order. */
  public static List<String> signers(byte[] file) {
    return list(object(file), "signatures").stream()
        .map(signature -> string(member(signature.asObject().orElseThrow(), "keyid")))
        .toList();
  }

  /** The hex sha256 of each role that a snapshot or timestamp lists. */
  public static Map<String, String> listedSha256(byte[] file) {
    JsonObject meta = at(signed(file), "meta");
    return meta.names().stream()
        .collect(
            Collectors.toMap(
                role -> role,
                role -> {
                  String base64 = string(member(at(meta, role, "hashes"), "sha256"));
                  return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
                }));
  }

  /** Hex sha256 of these bytes. */
  public static String sha256(byte[] bytes) {
    return hex("SHA-256", bytes);
  }

  static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hex sha256 of a text, for digests that stand for an image. */
  static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A file as a JSON object. */
  public static JsonObject object(byte[] file) {
    try {
      return StrictJson.parse(file, JsonLimits.text(4 << 20)).asObject().orElseThrow();
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  static JsonObject at(JsonObject from, String... names) {
    JsonObject here = from;
    for (String name : names) {
      here = member(here, name).asObject().orElseThrow();
    }
    return here;
  }

  static Json member(JsonObject from, String name) {
    return from.get(name)
        .orElseThrow(() -> new IllegalArgumentException("no member " + name + " in " + from));
  }

  static List<Json> list(JsonObject from, String name) {
    return member(from, name).asArray().orElseThrow().values();
  }

  static String string(Json value) {
    return value.asString().orElseThrow();
  }
}
