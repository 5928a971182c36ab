package dev.assayer.json;

import java.util.Optional;

/**
 * A JSON string.
 *
 * @param value the text with all escapes resolved
 */
public record JsonString(String value) implements Json {
  static final JsonString EMPTY = new JsonString("");

  @Override
  public String kind() {
    return "a string";
  }

  @Override
  public Optional<String> asString() {
    return Optional.of(value);
  }
}
