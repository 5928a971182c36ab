package dev.assayer.server;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import java.util.Base64;
import java.util.Optional;

/** The AdmissionReview of a self-test case, and what a right answer to it looks like. */
final class SelfTestReview {
  private static final String KEY_KIND = "kind";
  private static final String API_VERSION = "admission.k8s.io/v1";

  private SelfTestReview() {}

  /** A pod with one container, as the API server would send it. */
  static byte[] of(String image, String uid) {
    JsonObject container =
        JsonObject.builder().put("name", "self-test").put("image", image).build();
    JsonObject pod =
        JsonObject.builder()
            .put("apiVersion", "v1")
            .put(KEY_KIND, "Pod")
            .put("metadata", JsonObject.builder().put("name", "self-test").build())
            .put("spec", JsonObject.builder().put("containers", JsonArray.of(container)).build())
            .build();
    JsonObject request =
        JsonObject.builder()
            .put("uid", uid)
            .put(KEY_KIND, type(KEY_KIND, "Pod"))
            .put("resource", type("resource", "pods"))
            .put("name", "self-test")
            .put("namespace", "assayer-self-test")
            .put("operation", "CREATE")
            .put("userInfo", JsonObject.builder().put("username", "assayer:self-test").build())
            .put("object", pod)
            .put("dryRun", false)
            .build();
    return JsonText.compactBytes(
        JsonObject.builder()
            .put("apiVersion", API_VERSION)
            .put(KEY_KIND, "AdmissionReview")
            .put("request", request)
            .build());
  }

  private static JsonObject type(String name, String value) {
    return JsonObject.builder().put("group", "").put("version", "v1").put(name, value).build();
  }

  /**
   * Compares an answer with what it must be.
   *
   * @param digest that an admitted image must be pinned to
   * @return what is wrong, in one sentence; empty if nothing is
   */
  static Optional<String> fault(
      SelfTestCase asked, String digest, String uid, int status, byte[] body) {
    if (status != 200) {
      return Optional.of("HTTP status " + status);
    }
    JsonObject response;
    try {
      response =
          StrictJson.parse(body, JsonLimits.text(1 << 20))
              .asObject()
              .flatMap(review -> review.get("response"))
              .flatMap(Json::asObject)
              .orElse(JsonObject.builder().build());
    } catch (JsonException notJson) {
      return Optional.of("an answer that is no JSON");
    }
    if (!text(response, "uid").equals(Optional.of(uid))) {
      return Optional.of("the answer to another request");
    }
    boolean allowed =
        response.get("allowed").flatMap(Json::asBoolean).filter(yes -> yes).isPresent();
    return asked.expected() == Reason.SIGNATURE_VALID
        ? faultOfAdmission(asked, digest, response, allowed)
        : faultOfDenial(asked, response, allowed);
  }

  private static Optional<String> faultOfAdmission(
      SelfTestCase asked, String digest, JsonObject response, boolean allowed) {
    if (!allowed) {
      return Optional.of("denied: " + message(response));
    }
    Json wanted =
        JsonArray.of(
            JsonObject.builder()
                .put("op", "replace")
                .put("path", "/spec/containers/0/image")
                .put("value", asked.image() + "@" + digest)
                .build());
    Optional<Json> patch = text(response, "patch").flatMap(SelfTestReview::decoded);
    return patch.equals(Optional.of(wanted))
        ? Optional.empty()
        : Optional.of(
            "admitted with the patch "
                + patch.map(JsonText::compact).orElse("(none)")
                + " instead of "
                + JsonText.compact(wanted));
  }

  private static Optional<String> faultOfDenial(
      SelfTestCase asked, JsonObject response, boolean allowed) {
    if (allowed || response.has("patch")) {
      return Optional.of("admitted");
    }
    String message = message(response);
    return message.contains("[" + asked.expected().code() + "]")
        ? Optional.empty()
        : Optional.of("denied for another reason: " + message);
  }

  private static Optional<Json> decoded(String base64) {
    try {
      return Optional.of(
          StrictJson.parse(Base64.getDecoder().decode(base64), JsonLimits.text(1 << 20)));
    } catch (JsonException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static String message(JsonObject response) {
    return response
        .get("status")
        .flatMap(Json::asObject)
        .flatMap(status -> text(status, "message"))
        .orElse("(no message)");
  }

  private static Optional<String> text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString);
  }

  /** What a case must give, for messages. */
  static String expectation(SelfTestCase asked, String digest) {
    return asked.expected() == Reason.SIGNATURE_VALID
        ? "admitted and pinned to " + digest
        : "denied with [" + asked.expected().code() + "]";
  }
}
