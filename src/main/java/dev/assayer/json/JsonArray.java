package dev.assayer.json;

import java.util.List;
import java.util.Optional;

/**
 * A JSON array.
 *
 * @param values the elements in order; copied, unmodifiable
 */
public record JsonArray(List<Json> values) implements Json {
  static final JsonArray EMPTY = new JsonArray(List.of());

  /** Copies the list, so that later changes to it are not seen here. */
  public JsonArray {
    values = List.copyOf(values);
  }

  /** An array of these elements. */
  public static JsonArray of(Json... values) {
    return new JsonArray(List.of(values));
  }

  /** An array of strings. */
  public static JsonArray ofStrings(List<String> values) {
    return new JsonArray(values.stream().map(Json::of).toList());
  }

  /** Number of elements. */
  public int size() {
    return values.size();
  }

  @Override
  public String kind() {
    return "an array";
  }

  @Override
  public Optional<JsonArray> asArray() {
    return Optional.of(this);
  }
}
