package dev.assayer.audit;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Looks into records and events without trusting their shape. */
public final class AuditJson {
  private AuditJson() {}

  /** The value at the end of a path of names. */
  public static Optional<Json> at(JsonObject from, String... path) {
    Optional<Json> at = Optional.of(from);
    for (String name : path) {
      at = at.flatMap(Json::asObject).flatMap(object -> object.get(name));
    }
    return at;
  }

  /** The text at the end of a path of names; empty if there is none. */
  public static String text(JsonObject from, String... path) {
    return at(from, path).flatMap(Json::asString).orElse("");
  }

  /** The integer at the end of a path of names; 0 if there is none. */
  public static long number(JsonObject from, String... path) {
    return at(from, path).map(json -> json.asLong().orElse(0)).orElse(0L);
  }

  /** The truth value at the end of a path of names; false if there is none. */
  public static boolean flag(JsonObject from, String... path) {
    return at(from, path).flatMap(Json::asBoolean).orElse(false);
  }

  /** The objects of the list at the end of a path of names. */
  public static List<JsonObject> objects(JsonObject from, String... path) {
    return at(from, path).flatMap(Json::asArray).map(JsonArray::values).orElse(List.of()).stream()
        .flatMap(value -> value.asObject().stream())
        .toList();
  }

  /** The texts of the list at the end of a path of names. */
  public static List<String> texts(JsonObject from, String... path) {
    return at(from, path).flatMap(Json::asArray).map(JsonArray::values).orElse(List.of()).stream()
        .flatMap(value -> value.asString().stream())
        .toList();
  }
}
