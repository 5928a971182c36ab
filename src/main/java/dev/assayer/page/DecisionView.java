package dev.assayer.page;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.json.JsonWriter;
import java.time.Instant;

/** Writes decisions for the page: a few words of each for the list, all of one that is opened. */
final class DecisionView {
  /** More images are only counted. */
  private static final int MOST_IMAGES = 4;

  /** Longer names are cut in the list; the opened decision has them whole. */
  private static final int MOST_CHARACTERS = 300;

  private DecisionView() {}

  /**
   * The list.
   *
   * @param epoch names this run of the process: with another one all numbers begin anew
   */
  static byte[] list(RecentDecisions.View view, String epoch, String replica, Instant now) {
    return JsonWriter.object(out ->
        out.put("epoch", epoch)
            .put("replica", replica)
            .put("time", now.toString())
            .put("last", view.last())
            .put("decisions", view.decisions(), DecisionView::summary));
  }

  /** One decision with its whole record, and what proves that it was recorded. */
  static byte[] whole(Decision decision, AuditProof proof) {
    return JsonWriter.object(out ->
        out.put("record", record -> DecisionRecord.write(record, decision))
            .put("duration_us", decision.took().toNanos() / 1000)
            .put("proof", proof.json()));
  }

  private static void summary(JsonWriter out, RecentDecisions.Kept kept) {
    Decision decision = kept.decision();
    Decision.Request request = decision.request();
    out.put("number", kept.number())
        .put("record_id", decision.recordId())
        .put("time", decision.time().toString())
        .put("outcome", decision.outcome().code())
        .put("verdict", decision.verdict().code())
        .put("reason", decision.reason().code())
        .put("mode", decision.mode().code())
        .put("endpoint", request.endpoint())
        .put("operation", cut(request.operation()))
        .put("kind", cut(request.kind()))
        .put("namespace", cut(request.namespace()))
        .put("name", cut(request.name()))
        .put("user", cut(request.user()))
        .put("dry_run", request.dryRun())
        .put("duration_us", decision.took().toNanos() / 1000)
        .put("images", decision.images().size())
        .put(
            "first_images",
            decision.images().stream().limit(MOST_IMAGES).toList(),
            DecisionView::image);
  }

  private static void image(JsonWriter out, ImageDecision image) {
    out.put("name", cut(image.normalised().orElse(image.requested())))
        .put("verdict", image.verdict().code())
        .put("reason", image.reason().code());
  }

  /** Never between the two halves of a character. */
  private static String cut(String text) {
    if (text.length() <= MOST_CHARACTERS) {
      return text;
    }
    int end = MOST_CHARACTERS - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
