package dev.assayer.server;

import dev.assayer.admission.ReviewAnswer;
import dev.assayer.decision.TraceRef;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Decides of request bodies, with the configuration in force. Safe for concurrent use. */
interface ReviewService {

  /**
   * Decides of an AdmissionReview, by the deadline.
   *
   * @param body UTF-8 JSON
   * @param endpoint {@code mutate} or {@code validate}
   * @param caller subject of the client certificate, or {@code anonymous}
   */
  ReviewAnswer review(
      byte[] body, Deadline deadline, String endpoint, String caller, Optional<TraceRef> trace);

  /**
   * Denies an AdmissionReview that gets no place, without holding its body.
   *
   * @param body UTF-8 JSON; need not be read to its end
   * @param length its bytes
   * @param detail the measured reason, one sentence
   * @throws IOException when the body does not arrive
   */
  ReviewAnswer overload(
      InputStream body,
      long length,
      Deadline deadline,
      String endpoint,
      String caller,
      Optional<TraceRef> trace,
      String detail)
      throws IOException;
}
