package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.decision.TraceRef;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What receivers are told of one decision, or of several that were held back. All texts are one
 * line of printable ASCII of bounded length.
 *
 * @param admitted whether that was an admission, for whatever cause
 * @param sentence what happened
 * @param keys what it is about; the first one counts what is held back
 * @param kept whether the trace of the decision is exported
 */
record Alert(
    Category category,
    boolean admitted,
    String recordId,
    Instant time,
    Optional<TraceRef> trace,
    boolean kept,
    String cluster,
    String replica,
    String namespace,
    String requestId,
    String reason,
    String images,
    String sentence,
    List<Key> keys) {

  /** What a receiver is told once in its window. */
  record Key(String image, String reason, String namespace) {}

  /** Every variable that a template can use. */
  static final Set<String> VARIABLES =
      Set.of(
          "alert_message",
          "category",
          "cluster",
          "connaisseur_pod_id",
          "held_back",
          "images",
          "namespace",
          "pod_id",
          "priority",
          "reason",
          "record_id",
          "request_id",
          "runbook",
          "timestamp",
          "trace_id");

  /** Copies the list. */
  Alert {
    keys = List.copyOf(keys);
  }

  /**
   * The values of the variables.
   *
   * @param heldBack how many decisions like this the receiver was not told of
   */
  Map<String, Object> values(int priority, long heldBack) {
    Map<String, Object> values = new HashMap<>();
    values.put("alert_message", sentence + heldBack(heldBack));
    values.put("category", category.code());
    values.put("cluster", cluster);
    values.put("connaisseur_pod_id", replica);
    values.put("held_back", heldBack);
    values.put("images", images);
    values.put("namespace", namespace);
    values.put("pod_id", replica);
    values.put("priority", (long) priority);
    values.put("reason", reason);
    values.put("record_id", recordId);
    values.put("request_id", requestId);
    values.put("runbook", "docs/reasons.md#" + reason);
    values.put("timestamp", time.toString());
    values.put("trace_id", trace.map(TraceRef::traceId).orElse("-"));
    return values;
  }

  private static String heldBack(long number) {
    return number == 0
        ? ""
        : " "
            + number
            + (number == 1 ? " decision" : " decisions")
            + " like this before it"
            + (number == 1 ? " was" : " were")
            + " held back.";
  }

  /** The same about one key only, to be sent when its window ends with decisions held back. */
  Alert summary(Key key) {
    return new Alert(
        category,
        admitted,
        recordId,
        time,
        trace,
        kept,
        cluster,
        replica,
        namespace,
        requestId,
        key.reason(),
        key.image(),
        "Again: " + Legible.cut(sentence, 600),
        List.of(key));
  }

  /** About what it takes in memory, in bytes. */
  int weight() {
    int keyText = keys.stream().mapToInt(key -> key.image().length() + 100).sum();
    return 600 + sentence.length() + images.length() + keyText;
  }
}
