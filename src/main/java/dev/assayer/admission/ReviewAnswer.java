package dev.assayer.admission;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Refusal;

/** What became of a request body. */
public sealed interface ReviewAnswer {

  /**
   * A decision was made, to admit or to deny.
   *
   * @param decision the record
   * @param response the AdmissionReview response, UTF-8 JSON, to be sent with HTTP 200
   */
  record Answered(Decision decision, byte[] response) implements ReviewAnswer {}

  /**
   * The body is no AdmissionReview that could be decided; the answer is an HTTP error, which never
   * admits under {@code failurePolicy: Fail}.
   *
   * @param refusal why, with the HTTP status
   * @param detail one sentence naming the field and what is wrong; printable ASCII, at most 400
   *     characters
   */
  record Refused(Refusal refusal, String detail) implements ReviewAnswer {}
}
