package dev.assayer.samples;

import dev.assayer.json.CanonicalJson;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON of Notary v1 metadata: the {@code signed} parts without version and expiry. */
final class Metadata {
  /** Go writes the zone of the machine that signed; not UTC here, so that readers must heed it. */
  private static final DateTimeFormatter GO_RFC_3339 =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnnxxx")
          .withZone(ZoneOffset.ofHours(-5));

  private static final String SHA256 = "sha256:";

  private Metadata() {}

  static JsonObject root(Collection<TufRole> topLevel) {
    JsonObject.Builder roles = JsonObject.builder();
    for (TufRole role : topLevel) {
      roles.put(
          role.name(),
          JsonObject.builder()
              .put("keyids", keyIds(role))
              .put("threshold", role.threshold())
              .build());
    }
    return JsonObject.builder()
        .put("_type", "Root")
        .put("consistent_snapshot", false)
        .put("keys", keys(topLevel))
        .put("roles", roles.build())
        .build();
  }

  static JsonObject targets(TufRole role, Collection<TufRole> children) {
    List<Json> delegations = new ArrayList<>();
    for (TufRole child : children) {
      delegations.add(
          JsonObject.builder()
              .put("keyids", keyIds(child))
              .put("name", child.name())
              .put("paths", child.paths())
              .put("threshold", child.threshold())
              .build());
    }
    JsonObject.Builder targets = JsonObject.builder();
    role.targets().forEach(targets::put);
    return JsonObject.builder()
        .put("_type", "Targets")
        .put(
            "delegations",
            JsonObject.builder()
                .put("keys", keys(children))
                .put("roles", new JsonArray(delegations))
                .build())
        .put("targets", targets.build())
        .build();
  }

  /** A snapshot or timestamp: {@code files} are the bytes of each role. */
  static JsonObject meta(String type, Map<String, byte[]> files) {
    JsonObject.Builder meta = JsonObject.builder();
    files.forEach((role, bytes) ->
        meta.put(
            role,
            JsonObject.builder()
                .put(
                    "hashes",
                    JsonObject.builder()
                        .put("sha256", Hashes.base64("SHA-256", bytes))
                        .put("sha512", Hashes.base64("SHA-512", bytes))
                        .build())
                .put("length", bytes.length)
                .build()));
    return JsonObject.builder().put("_type", type).put("meta", meta.build()).build();
  }

  static JsonObject target(String digest, long length) {
    if (!digest.startsWith(SHA256)) {
      throw new IllegalArgumentException("not a sha256 digest: " + digest);
    }
    byte[] hash = HexFormat.of().parseHex(digest.substring(SHA256.length()));
    String base64 = Base64.getEncoder().encodeToString(hash);
    return JsonObject.builder()
        .put("hashes", JsonObject.builder().put("sha256", base64).build())
        .put("length", length)
        .build();
  }

  static JsonObject dated(JsonObject content, long version, Instant expires) {
    JsonObject.Builder signed = JsonObject.builder();
    content.entries().forEach(entry -> signed.put(entry.getKey(), entry.getValue()));
    return signed.put("expires", GO_RFC_3339.format(expires)).put("version", version).build();
  }

  static JsonObject envelope(JsonObject signed, List<TufSignature> signatures) {
    return JsonObject.builder()
        .put("signed", signed)
        .put("signatures", new JsonArray(signatures.stream().map(TufSignature::json).toList()))
        .build();
  }

  /** Canonical JSON; what has no canonical form, such as a float in an attack, as compact JSON. */
  static byte[] bytes(JsonObject value) {
    try {
      return CanonicalJson.bytes(value);
    } catch (JsonException notCanonical) {
      return JsonText.compactBytes(value);
    }
  }

  private static JsonArray keyIds(TufRole role) {
    return JsonArray.ofStrings(role.keys().stream().map(TufKey::id).toList());
  }

  private static JsonObject keys(Collection<TufRole> roles) {
    Map<String, JsonObject> byId = new TreeMap<>();
    roles.forEach(role -> role.keys().forEach(key -> byId.put(key.id(), key.json())));
    JsonObject.Builder keys = JsonObject.builder();
    byId.forEach(keys::put);
    return keys.build();
  }
}
