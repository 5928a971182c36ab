package dev.assayer.cli;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.validation.notary.RootKeyLookup.Result;
import dev.assayer.validation.notary.RootKeyLookup.RootKey;
import java.util.stream.Collectors;

/** How {@code root-key} prints what it found. */
final class RootKeyReport {
  private RootKeyReport() {}

  /** Two fields a key, the PEM right after its name. */
  static String text(Result.Found found) {
    return found.keys().stream()
        .map(key -> "KeyID: " + key.keyId() + "\nKey: " + key.pem().strip())
        .collect(Collectors.joining("\n\n"));
  }

  static JsonObject json(String image, String repository, String server, Result.Found found) {
    return JsonObject.builder()
        .put("image", image)
        .put("repository", repository)
        .put("server", server)
        .put("version", found.version())
        .put("expires", found.expires().toString())
        .put("keys", new JsonArray(found.keys().stream().map(RootKeyReport::json).toList()))
        .build();
  }

  private static Json json(RootKey key) {
    return JsonObject.builder()
        .put("key_id", key.keyId())
        .put("algorithm", key.algorithm())
        .put("key", key.pem())
        .put("common_names", key.commonNames())
        .build();
  }
}
