package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.bytes;
import static dev.assayer.admission.AdmissionRig.config;
import static dev.assayer.admission.AdmissionRig.createPod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.json.Json;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.time.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverloadTest {
  private static final String WHY = "256 reviews are under way, the oldest for 3.2 s";

  @Test
  void aReviewWithoutAPlaceIsDeniedWithItsUidAndTheMeasuredWait() throws Exception {
    String pod = createPod("nginx:1");
    ReviewAnswer.Answered answer = (ReviewAnswer.Answered) overload("", bytes(pod));
    Decision decision = answer.decision();
    assertThat(decision.outcome()).isEqualTo(Outcome.DENIED);
    assertThat(decision.reason()).isEqualTo(Reason.OVERLOAD);
    assertThat(decision.detail()).isEqualTo(WHY);
    assertThat(decision.request().kind()).isEqualTo("Pod");
    JsonObject response = response(answer);
    assertThat(response.get("uid"))
        .isEqualTo(at(AdmissionRig.object(pod), "request").get("uid"))
        .isPresent();
    assertThat(response.get("allowed")).contains(Json.of(false));
    JsonObject status = at(response, "status");
    assertThat(status.get("code").map(String::valueOf).orElseThrow()).contains("503");
    assertThat(status.get("message").flatMap(Json::asString).orElseThrow())
        .contains("[overload]", WHY, "try again", decision.recordId());
  }

  @Test
  void anObjectOfAnySizeIsPassedOverAndNotHeld() {
    byte[] body = bytes(createPod("nginx:1"));
    String text = new String(body, StandardCharsets.UTF_8);
    String big = text.replace("\"object\":{", "\"object\":{\"x\":\"" + "y".repeat(3 << 20) + "\",");
    assertThat(big).hasSizeGreaterThan(3 << 20);
    assertThat(overload("", big.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ReviewAnswer.Answered.class);
  }

  @Test
  void whatCannotStartContainersNeedsNoPlace() {
    String delete =
        new String(bytes(createPod("nginx:1")), StandardCharsets.UTF_8)
            .replace("\"CREATE\"", "\"DELETE\"");
    ReviewAnswer.Answered answer =
        (ReviewAnswer.Answered) overload("", delete.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.decision().reason()).isEqualTo(Reason.NO_IMAGES);
    assertThat(answer.decision().outcome()).isEqualTo(Outcome.ALLOWED);
  }

  @Test
  void detectionModeAdmitsAndSaysSo() throws Exception {
    ReviewAnswer.Answered answer =
        (ReviewAnswer.Answered) overload("detectionMode: true\n", bytes(createPod("nginx:1")));
    assertThat(answer.decision().outcome()).isEqualTo(Outcome.ALLOWED);
    assertThat(answer.decision().reason()).isEqualTo(Reason.OVERLOAD);
    assertThat(response(answer).get("warnings").map(String::valueOf).orElseThrow())
        .contains("would deny Pod [overload] (mode detection)");
  }

  @Test
  void aBodyThatIsNoReviewIsRefusedAsEver() {
    assertRefused(Refusal.BAD_JSON, "{\"apiVersion\":");
    assertRefused(Refusal.BAD_JSON, "{\"request\":{\"object\":{\"a\":[}}}");
    assertRefused(Refusal.BAD_JSON, "{}{}");
    assertRefused(Refusal.BAD_REVIEW, "{}");
    assertRefused(Refusal.BAD_REVIEW, "[]");
    assertRefused(
        Refusal.BAD_JSON, "{\"request\":{\"object\":" + "[".repeat(600) + "]".repeat(600) + "}}");
    assertRefused(Refusal.BAD_JSON, " ".repeat((4 << 20) + 1));
  }

  @Test
  void aBodyThatStopsOnItsWayIsRefused() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("gone");
          }
        };
    assertThat(overload("", broken))
        .isInstanceOfSatisfying(
            ReviewAnswer.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BAD_JSON));
  }

  private static void assertRefused(Refusal refusal, String body) {
    assertThat(overload("", body.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            ReviewAnswer.Refused.class,
            refused -> assertThat(refused.refusal()).as(refused.detail()).isEqualTo(refusal));
  }

  private static ReviewAnswer overload(String config, byte[] body) {
    return overload(config, new ByteArrayInputStream(body));
  }

  private static ReviewAnswer overload(String config, InputStream body) {
    Environment environment =
        new Environment(InstantSource.fixed(AdmissionRig.NOW), "0.1.0", "assayer-0", 1);
    try (Assayer assayer =
        new Assayer(config(config + "policy: [{pattern: '*:*'}]"), environment, Map.of())) {
      return assayer.overload(
          body,
          Deadline.after(Duration.ofSeconds(5)),
          "mutate",
          "anonymous",
          Optional.empty(),
          WHY);
    }
  }

  private static JsonObject response(ReviewAnswer.Answered answer) throws Exception {
    return at(
        StrictJson.parse(answer.response(), JsonLimits.REVIEW).asObject().orElseThrow(),
        "response");
  }

  private static JsonObject at(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asObject).orElseThrow();
  }
}
