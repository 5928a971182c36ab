package dev.assayer.page;

import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;

/**
 * What a path of the page gives.
 *
 * @param status HTTP status
 */
public record PageAnswer(int status, String contentType, byte[] body) {
  static final String JSON = "application/json";

  static PageAnswer json(byte[] body) {
    return new PageAnswer(200, JSON, body);
  }

  static PageAnswer problem(int status, String code, String detail) {
    return new PageAnswer(
        status,
        JSON,
        JsonText.compactBytes(
            JsonObject.builder()
                .put("status", status)
                .put("code", code)
                .put("detail", detail)
                .build()));
  }
}
