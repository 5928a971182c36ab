package dev.assayer.cluster;

import dev.assayer.cluster.FakeApi.Reply;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The ConfigMaps of one release, as the API server keeps and patches them. */
final class FakeConfigMaps implements FakeApi.FullHandler {
  private final Map<String, TreeMap<String, String>> data = new ConcurrentHashMap<>();
  private final Map<String, Integer> versions = new ConcurrentHashMap<>();

  /** Makes all of them, empty. */
  static FakeConfigMaps of(String release) {
    FakeConfigMaps maps = new FakeConfigMaps();
    for (ShardKind kind : ShardKind.values()) {
      for (int i = 0; i < ShardKind.SHARDS; i++) {
        maps.data.put(release + "-" + kind.word() + "-" + i, new TreeMap<>());
      }
    }
    return maps;
  }

  /** What is in one of them now. */
  synchronized Map<String, String> of(String release, ShardKind kind, int number) {
    return Map.copyOf(data.get(release + "-" + kind.word() + "-" + number));
  }

  /** Somebody else changes one entry in all of them that have it, or adds it to all. */
  synchronized void write(String name, String key, String value) {
    data.get(name).put(key, value);
    versions.merge(name, 1, Integer::sum);
  }

  /** The one with this key. */
  synchronized String holding(String key) {
    return data.entrySet().stream()
        .filter(map -> map.getValue().containsKey(key))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  synchronized void wipe() {
    data.forEach((name, entries) -> {
      entries.clear();
      versions.merge(name, 1, Integer::sum);
    });
  }

  synchronized int entries() {
    return data.values().stream().mapToInt(Map::size).sum();
  }

  @Override
  public synchronized Reply answer(String method, String path, String accept, String body) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    TreeMap<String, String> map = data.get(name);
    if (map == null) {
      return new Reply(404, "{\"message\":\"not found\"}");
    }
    if (method.equals("PATCH")) {
      JsonObject patch = parsed(body);
      if (!ShardContent.version(patch).equals(version(name))) {
        return new Reply(409, "{\"message\":\"the object has been modified\"}");
      }
      Text.at(patch, "data")
          .flatMap(Json::asObject)
          .orElseThrow()
          .entries()
          .forEach(entry ->
              entry
                  .getValue()
                  .asString()
                  .ifPresentOrElse(
                      text -> map.put(entry.getKey(), text), () -> map.remove(entry.getKey())));
      versions.merge(name, 1, Integer::sum);
    }
    JsonObject metadata =
        JsonObject.builder().put("name", name).put("resourceVersion", version(name)).build();
    JsonObject.Builder object = JsonObject.builder().put("metadata", metadata);
    if (!accept.contains("PartialObjectMetadata") && !map.isEmpty()) {
      JsonObject.Builder entries = JsonObject.builder();
      map.forEach(entries::put);
      object.put("data", entries.build());
    }
    return new Reply(200, object.build().toString());
  }

  private String version(String name) {
    return Integer.toString(versions.getOrDefault(name, 1));
  }

  private static JsonObject parsed(String text) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.text(4 << 20))
          .asObject()
          .orElseThrow();
    } catch (JsonException e) {
      throw new IllegalStateException(e);
    }
  }
}
