package dev.assayer.json;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An immutable JSON value (RFC 8259) that never coerces: each {@code as…} method answers only for a
 * value of exactly that type, so the string {@code "2"} is not the number 2 and 2.0 is not an
 * integer. Equality is by content; the order of an object's members does not count, the text of a
 * number does.
 */
public sealed interface Json
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

  /** The type in words for messages, with its article: {@code "a string"}, {@code "null"}. */
  String kind();

  /** This value if it is an object. */
  default Optional<JsonObject> asObject() {
    return Optional.empty();
  }

  /** This value if it is an array. */
  default Optional<JsonArray> asArray() {
    return Optional.empty();
  }

  /** The text if this is a string. */
  default Optional<String> asString() {
    return Optional.empty();
  }

  /** The number if this is an integer literal that fits a long; never a rounded or parsed one. */
  default OptionalLong asLong() {
    return OptionalLong.empty();
  }

  /** The truth value if this is {@code true} or {@code false}. */
  default Optional<Boolean> asBoolean() {
    return Optional.empty();
  }

  /** A string value. */
  static Json of(String value) {
    return new JsonString(value);
  }

  /** An integer value. */
  static Json of(long value) {
    return JsonNumber.of(value);
  }

  /** A truth value. */
  static Json of(boolean value) {
    return value ? JsonBoolean.TRUE : JsonBoolean.FALSE;
  }
}
