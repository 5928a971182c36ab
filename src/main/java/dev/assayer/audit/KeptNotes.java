package dev.assayer.audit;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The checkpoints in a ConfigMap, as {@code kubectl get -o json} writes it. */
final class KeptNotes {
  private static final int MOST = 4 << 20;

  private KeptNotes() {}

  /** One of them under its name. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Note(String name, byte[] bytes) {
    boolean isOf(String origin) {
      return SignedNote.read(bytes)
          .flatMap(note -> Checkpoint.of(note.text()))
          .filter(found -> found.origin().equals(origin))
          .isPresent();
    }
  }

  /** The values of a ConfigMap; empty if these bytes are none. */
  static Optional<List<Note>> inConfigMap(byte[] bytes) {
    if (bytes.length == 0 || bytes[0] != '{') {
      return Optional.empty();
    }
    try {
      Optional<JsonObject> data =
          StrictJson.parse(bytes, JsonLimits.text(Math.clamp(bytes.length, 1, MOST)))
              .asObject()
              .flatMap(map -> map.get("data"))
              .flatMap(Json::asObject);
      return data.map(found ->
          found.entries().stream()
              .flatMap(entry ->
                  entry.getValue().asString().stream()
                      .map(text -> new Note(entry.getKey(), text.getBytes(StandardCharsets.UTF_8))))
              .toList());
    } catch (JsonException notJson) {
      return Optional.empty();
    }
  }
}
