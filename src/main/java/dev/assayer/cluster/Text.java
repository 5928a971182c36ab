package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Reads members of Kubernetes objects, and makes foreign text fit for messages. */
final class Text {
  private static final int MOST = 400;

  private Text() {}

  /** Cut, and stripped to printable ASCII, so that no log line is forged. */
  static String safe(String text) {
    return safe(text, MOST);
  }

  /** The same, cut after so many characters. */
  static String safe(String text, int most) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < most; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return text.length() > most ? out.append("...").toString() : out.toString();
  }

  /** The value at the end of the path of member names. */
  static Optional<Json> at(JsonObject object, String... path) {
    Optional<Json> here = Optional.of(object);
    for (String name : path) {
      here = here.flatMap(Json::asObject).flatMap(inner -> inner.get(name));
    }
    return here;
  }

  /** A string at the end of the path; empty if it is absent or none. */
  static String text(JsonObject object, String... path) {
    return at(object, path).flatMap(Json::asString).orElse("");
  }

  /** The objects of an array; empty if there is none. */
  static List<JsonObject> objects(JsonObject object, String... path) {
    return at(object, path).flatMap(Json::asArray).stream()
        .flatMap(array -> array.values().stream())
        .flatMap(value -> value.asObject().stream())
        .toList();
  }

  /** The strings of an array; empty if there is none. */
  static List<String> strings(JsonObject object, String... path) {
    return at(object, path).flatMap(Json::asArray).stream()
        .flatMap(array -> array.values().stream())
        .flatMap(value -> value.asString().stream())
        .toList();
  }

  /** The same object with one member set. */
  static JsonObject with(JsonObject object, String name, Json value) {
    JsonObject.Builder copy = JsonObject.builder();
    object.entries().stream()
        .filter(entry -> !entry.getKey().equals(name))
        .forEach(entry -> copy.put(entry.getKey(), entry.getValue()));
    return copy.put(name, value).build();
  }
}
