package dev.assayer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.StrictJson;
import dev.assayer.time.Deadline;
import java.time.Duration;

class ReviewFuzzTest {
  private static final AdmissionRig RIG = AdmissionRig.signing();

  @FuzzTest
  void noBodyIsAdmittedWithoutAnAdmittingVerdict(byte[] body) throws JsonException {
    for (String endpoint : new String[] {"mutate", "validate"}) {
      ReviewAnswer answer =
          RIG.assayer.review(body, Deadline.after(Duration.ofSeconds(20)), endpoint, "anonymous");
      switch (answer) {
        case ReviewAnswer.Refused refused ->
            assertThat(refused.detail().chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
        case ReviewAnswer.Answered answered -> check(answered, body);
      }
    }
  }

  private static void check(ReviewAnswer.Answered answered, byte[] body) throws JsonException {
    AdmissionRig.Outcome outcome =
        new AdmissionRig.Outcome(
            answered.decision(),
            AdmissionRig.response(answered.response()),
            AdmissionRig.patch(answered.response()));
    assertThat(outcome.reason()).isNotEqualTo(Reason.INTERNAL_ERROR);
    assertThat(outcome.reasons()).doesNotContain(Reason.INTERNAL_ERROR);
    assertThat(outcome.allowed()).isEqualTo(outcome.decision().verdict().admits());
    if (!outcome.patch().isEmpty()) {
      Json object =
          StrictJson.parse(body, JsonLimits.REVIEW)
              .asObject()
              .flatMap(review -> review.get("request"))
              .flatMap(Json::asObject)
              .flatMap(request -> request.get("object"))
              .orElseThrow();
      assertThat(JsonPatch.apply(outcome.patch(), object)).isNotEqualTo(object);
    }
  }
}
