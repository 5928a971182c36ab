package dev.assayer.validation.notary;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Typed access to metadata; anything of another type is {@code metadata_malformed}. */
final class Fields {
  private Fields() {}

  static TrustException malformed(String detail) {
    return new TrustException(Reason.METADATA_MALFORMED, detail);
  }

  static Json member(JsonObject object, String name, String what) throws TrustException {
    return object.get(name).orElseThrow(() -> malformed(what + " has no \"" + name + '"'));
  }

  /** A member that Go writes as {@code null} when it is empty. */
  static Optional<Json> optional(JsonObject object, String name) {
    return object.get(name).filter(value -> value != JsonNull.NULL);
  }

  static JsonObject object(Json value, String what) throws TrustException {
    return value
        .asObject()
        .orElseThrow(() -> malformed(what + " is " + value.kind() + ", not an object"));
  }

  static JsonArray array(Json value, String what) throws TrustException {
    return value
        .asArray()
        .orElseThrow(() -> malformed(what + " is " + value.kind() + ", not an array"));
  }

  static String text(Json value, String what) throws TrustException {
    return value
        .asString()
        .orElseThrow(() -> malformed(what + " is " + value.kind() + ", not a string"));
  }

  static List<String> texts(Json value, String what) throws TrustException {
    List<String> texts = new ArrayList<>();
    for (Json element : array(value, what).values()) {
      texts.add(text(element, what));
    }
    return List.copyOf(texts);
  }

  /** An exact integer in the given range; {@code "2"}, {@code 2.0} and 2^64+1 are refused. */
  static long integer(Json value, long min, long max, String what) throws TrustException {
    var number = value.asLong();
    if (number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max) {
      throw malformed(what + " is not an integer from " + min + " to " + max);
    }
    return number.getAsLong();
  }

  static byte[] base64(String text, String what) throws TrustException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw malformed(what + " is not base64");
    }
  }

  /** RFC 3339 with any number of fraction digits and a numeric or {@code Z} offset. */
  static Instant instant(Json value, String what) throws TrustException {
    try {
      return OffsetDateTime.parse(text(value, what)).toInstant();
    } catch (DateTimeException notATime) {
      throw malformed(what + " is not an RFC 3339 time");
    }
  }
}
