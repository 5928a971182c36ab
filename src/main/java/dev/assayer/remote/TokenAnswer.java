package dev.assayer.remote;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.time.Duration;
import java.util.Optional;

/**
 * What a token server answered.
 *
 * @param token made of visible ASCII, so that it fits a header
 * @param life how long it may be used again: its own time less a slack, zero for once only
 */
record TokenAnswer(String token, Duration life) {
  static final int MOST_BYTES = 64 * 1024;
  private static final long DEFAULT_SECONDS = 60;
  private static final long MOST_SECONDS = 3600;
  private static final long SLACK_SECONDS = 10;

  /** Reads the JSON of the distribution token protocol; empty if it holds no usable token. */
  static Optional<TokenAnswer> parse(byte[] json) {
    Optional<JsonObject> object;
    try {
      object = StrictJson.parse(json, JsonLimits.text(MOST_BYTES)).asObject();
    } catch (JsonException notJson) {
      return Optional.empty();
    }
    Optional<String> token =
        object.flatMap(o -> text(o, "token").or(() -> text(o, "access_token")));
    long seconds =
        object
            .flatMap(o -> o.get("expires_in"))
            .map(value -> value.asLong().orElse(0))
            .orElse(DEFAULT_SECONDS);
    return token.map(value -> new TokenAnswer(value, usable(seconds)));
  }

  private static Duration usable(long seconds) {
    long capped = Math.min(seconds, MOST_SECONDS);
    return Duration.ofSeconds(Math.max(0, capped - SLACK_SECONDS));
  }

  private static Optional<String> text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).filter(TokenAnswer::fitsHeader);
  }

  private static boolean fitsHeader(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  @Override
  public String toString() {
    return "TokenAnswer[withheld]";
  }
}
