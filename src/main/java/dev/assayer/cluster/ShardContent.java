package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a ConfigMap held when it had this version. Immutable.
 *
 * @param version its {@code resourceVersion}
 * @param data its keys and values as they are, ours or not
 * @param foreign whether it has {@code binaryData}, which is never ours and only takes room
 */
record ShardContent(String version, Map<String, String> data, boolean foreign) {
  /**
   * What an entry costs beyond its characters: the API server notes for each key who wrote it
   * ({@code managedFields}).
   */
  private static final int OVERHEAD = 80;

  ShardContent {
    data = Map.copyOf(data);
  }

  /** Of an object of the API; empty if it says no version. */
  static Optional<ShardContent> of(JsonObject map) {
    String version = version(map);
    if (version.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> data = new HashMap<>();
    Text.at(map, "data")
        .flatMap(Json::asObject)
        .map(JsonObject::entries)
        .orElse(List.of())
        .forEach(entry ->
            entry.getValue().asString().ifPresent(value -> data.put(entry.getKey(), value)));
    return Optional.of(new ShardContent(version, data, map.has("binaryData")));
  }

  /** The version of an object; empty text if it says none. */
  static String version(JsonObject object) {
    return Text.text(object, "metadata", "resourceVersion");
  }

  /** The text of a name, if it is there and its end has not come. */
  Optional<String> find(String name, Instant now) {
    String key = StoredText.key(name);
    return Optional.ofNullable(data.get(key))
        .flatMap(written -> StoredText.read(key, written))
        .filter(found -> found.name().equals(name) && now.isBefore(found.until()))
        .map(StoredText::text);
  }

  /** The names that begin so and whose end has not come. */
  List<String> names(String prefix, Instant now) {
    return data.entrySet().stream()
        .flatMap(entry -> StoredText.read(entry.getKey(), entry.getValue()).stream())
        .filter(found -> found.name().startsWith(prefix) && now.isBefore(found.until()))
        .map(StoredText::name)
        .toList();
  }

  /** About what the object costs the API server to keep, in bytes. */
  long bytes() {
    return data.entrySet().stream()
        .mapToLong(entry -> bytes(entry.getKey(), entry.getValue()))
        .sum();
  }

  /** About what one entry costs. */
  static long bytes(String key, String value) {
    return key.length() + value.getBytes(StandardCharsets.UTF_8).length + (long) OVERHEAD;
  }
}
