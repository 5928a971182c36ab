package dev.assayer.server;

import dev.assayer.decision.Refusal;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.Optional;

/**
 * An HTTP answer.
 *
 * @param allow value of the {@code Allow} header
 * @param end whether the connection ends with it
 */
record Reply(int status, String contentType, byte[] body, Optional<String> allow, boolean end) {
  static final String JSON = "application/json";

  /** The response to a review. */
  static Reply decision(byte[] response) {
    return new Reply(200, JSON, response, Optional.empty(), false);
  }

  /** A request that is not decided; its body was read. */
  static Reply refusal(Refusal why, String detail) {
    return problem(why.status(), why.code(), detail);
  }

  /** An error, as JSON. */
  static Reply problem(int status, String code, String detail) {
    JsonObject body =
        JsonObject.builder().put("status", status).put("code", code).put("detail", detail).build();
    return new Reply(status, JSON, JsonText.compactBytes(body), Optional.empty(), false);
  }

  /** The same, and the connection ends: what follows on it cannot be trusted to be a request. */
  Reply ending() {
    return new Reply(status, contentType, body, allow, true);
  }

  /** The same, naming the methods that are allowed. */
  Reply allowing(String methods) {
    return new Reply(status, contentType, body, Optional.of(methods), end);
  }
}
