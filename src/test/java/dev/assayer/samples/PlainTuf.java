package dev.assayer.samples;

import dev.assayer.json.Json;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads Notary metadata another way than the code that writes it: text operations and plain JCA.
 */
public final class PlainTuf {
  private static final String ED25519_SPKI = "302a300506032b6570032100";

  private PlainTuf() {}

  public static JsonObject parse(byte[] file) throws Exception {
    return (JsonObject) StrictJson.parse(file, JsonLimits.metadata(1 << 20));
  }

  public static JsonObject signed(byte[] file) throws Exception {
    return (JsonObject) at(parse(file), "signed");
  }

  public static Json at(Json from, String... path) {
    Json value = from;
    for (String name : path) {
      value =
          value.asArray().isPresent()
              ? value.asArray().get().values().get(Integer.parseInt(name))
              : value.asObject().orElseThrow().get(name).orElseThrow();
    }
    return value;
  }

  public static String text(Json from, String... path) {
    return at(from, path).asString().orElseThrow();
  }

  public static long number(Json from, String... path) {
    return at(from, path).asLong().orElseThrow();
  }

  /** The bytes after {@code "signed":} in a file whose members are sorted. */
  public static byte[] signedBytes(byte[] file) {
    String text = new String(file, StandardCharsets.UTF_8);
    String marker = ",\"signed\":";
    return text.substring(text.indexOf(marker) + marker.length(), text.length() - 1)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The ids under which valid signatures stand, with how often. Keys by their true ids. */
  public static Map<String, Integer> validSignatures(byte[] file, Json keys) throws Exception {
    Map<String, Integer> valid = new TreeMap<>();
    for (Json signature : at(parse(file), "signatures").asArray().orElseThrow().values()) {
      String id = text(signature, "keyid");
      if (keys.asObject().orElseThrow().has(id)
          && verifies(signature, at(keys, id), signedBytes(file))) {
        valid.merge(id, 1, Integer::sum);
      }
    }
    return valid;
  }

  public static String keyId(Json key) throws Exception {
    String canonical =
        "{\"keytype\":\"%s\",\"keyval\":{\"private\":null,\"public\":\"%s\"}}"
            .formatted(text(key, "keytype"), text(key, "keyval", "public"));
    return sha256(canonical.getBytes(StandardCharsets.UTF_8));
  }

  public static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static boolean verifies(Json signature, Json key, byte[] message) throws Exception {
    byte[] sig = Base64.getDecoder().decode(text(signature, "sig"));
    Signature verifier =
        switch (text(signature, "method")) {
          case "ecdsa" -> Signature.getInstance("SHA256withECDSAinP1363Format");
          case "rsapss" -> {
            Signature pss = Signature.getInstance("RSASSA-PSS");
            pss.setParameter(
                new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            yield pss;
          }
          case "rsapkcs1v15" -> Signature.getInstance("SHA256withRSA");
          case "eddsa" -> Signature.getInstance("Ed25519");
          default -> throw new AssertionError("unknown method in " + signature);
        };
    verifier.initVerify(publicKey(key));
    verifier.update(message);
    return verifier.verify(sig);
  }

  private static PublicKey publicKey(Json key) throws Exception {
    byte[] value = Base64.getDecoder().decode(text(key, "keyval", "public"));
    return switch (text(key, "keytype")) {
      case "ecdsa" -> KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(value));
      case "rsa" -> KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(value));
      case "ed25519" -> {
        byte[] spki = HexFormat.of().parseHex(ED25519_SPKI + HexFormat.of().formatHex(value));
        yield KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
      }
      case "ecdsa-x509", "rsa-x509" ->
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(value))
              .getPublicKey();
      default -> throw new AssertionError("unknown key type in " + key);
    };
  }

  public static List<String> names(Json object, String... path) {
    return at(object, path).asObject().orElseThrow().names();
  }
}
