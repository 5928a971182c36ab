package dev.assayer.admission;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.Verdict;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the AdmissionReview response (admission.k8s.io/v1) to a decision. */
final class ReviewResponse {
  private static final int MAX_WARNINGS = 5;
  private static final int MAX_WARNING = 120;
  private static final int MAX_DIGESTS = 1024;

  private ReviewResponse() {}

  static byte[] write(Decision decision, Conclusion conclusion) {
    JsonObject.Builder response =
        JsonObject.builder()
            .put("uid", decision.request().uid())
            .put("allowed", !conclusion.isDenied());
    if (conclusion.isDenied()) {
      response.put("status", status(decision));
    } else if (!conclusion.patch().isEmpty()) {
      byte[] patch = JsonText.compactBytes(PatchOperation.document(conclusion.patch()));
      response.put("patchType", "JSONPatch");
      response.put("patch", Base64.getEncoder().encodeToString(patch));
    }
    List<String> warnings = warnings(decision);
    if (!warnings.isEmpty()) {
      response.put("warnings", warnings);
    }
    response.put("auditAnnotations", annotations(decision));
    return JsonText.compactBytes(
        JsonObject.builder()
            .put("apiVersion", ReviewReader.API_VERSION)
            .put("kind", ReviewReader.KIND)
            .put("response", response.build())
            .build());
  }

  private static Json status(Decision decision) {
    Verdict verdict = decision.verdict();
    DenialMessage message =
        new DenialMessage(
            decision.budget(),
            decision.recordId(),
            decision.trace().map(TraceRef::traceId),
            decision.stages().stream().filter(stage -> stage.dependency().isPresent()).toList());
    Decision.Request request = decision.request();
    return JsonObject.builder()
        .put("code", verdict.status())
        .put("reason", statusReason(verdict))
        .put(
            "message",
            decision.images().isEmpty() || !decision.detail().isEmpty()
                ? message.of(
                    decision.reason(), request.kind() + " " + request.name(), decision.detail())
                : message.of(decision.images()))
        .build();
  }

  /** The StatusReason of apimachinery that goes with the code. */
  private static String statusReason(Verdict verdict) {
    return switch (verdict) {
      case TIMEOUT -> "Timeout";
      case ERROR -> "ServiceUnavailable";
      case REJECTED, VERIFIED, EXEMPT, NOT_APPLICABLE -> "Forbidden";
    };
  }

  /** What was admitted though it should not have been, then the validators' remarks. */
  private static List<String> warnings(Decision decision) {
    if (!decision.verdict().admits() && decision.images().isEmpty()) {
      return decision.mode() == Mode.ENFORCE
          ? List.of()
          : List.of(wouldDeny(decision.request().kind(), decision.reason(), decision.mode()));
    }
    Map<String, String> byImage = new LinkedHashMap<>();
    for (ImageDecision image : decision.images()) {
      if (!image.verdict().admits() && image.mode() != Mode.ENFORCE) {
        byImage.put(image.normalised().orElse(image.requested()), wouldDeny(image));
      }
    }
    Stream<String> remarks =
        decision.images().stream()
            .flatMap(image -> image.warnings().stream())
            .distinct()
            .map(remark -> Plain.ascii("assayer: " + remark, MAX_WARNING));
    List<String> all = Stream.concat(byImage.values().stream(), remarks).toList();
    if (all.size() <= MAX_WARNINGS) {
      return all;
    }
    List<String> first = new ArrayList<>(all.subList(0, MAX_WARNINGS - 1));
    first.add("assayer: and " + (all.size() - first.size()) + " more, see the record");
    return first;
  }

  private static String wouldDeny(ImageDecision image) {
    return wouldDeny(
        image.normalised().orElseGet(() -> '"' + image.requested() + '"'),
        image.reason(),
        image.mode());
  }

  private static String wouldDeny(String subject, Reason reason, Mode mode) {
    String before = "assayer: would deny ";
    String after = " [" + reason.code() + "] (mode " + mode.code() + ")";
    int room = MAX_WARNING - before.length() - after.length();
    return before + Plain.ascii(subject, room) + after;
  }

  /** Joins the cluster's own audit log to ours. */
  private static Json annotations(Decision decision) {
    JsonObject.Builder annotations =
        JsonObject.builder()
            .put("record-id", decision.recordId())
            .put("verdict", decision.verdict().code())
            .put("reason", decision.reason().code());
    if (decision.mode() != Mode.ENFORCE) {
      annotations.put("mode", decision.mode().code());
    }
    String digests = digests(decision.images());
    if (!digests.isEmpty()) {
      annotations.put("digests", digests);
    }
    return annotations.build();
  }

  private static String digests(List<ImageDecision> images) {
    StringBuilder list = new StringBuilder();
    int left = (int) images.stream().filter(image -> image.digest().isPresent()).count();
    for (ImageDecision image : images) {
      if (image.digest().isPresent()) {
        String entry = Plain.ascii(image.container(), 63) + "=" + image.digest().get();
        String rest = ",+" + left;
        if (list.length() + 1 + entry.length() + rest.length() > MAX_DIGESTS) {
          return list.append(rest).toString();
        }
        list.append(list.isEmpty() ? "" : ",").append(entry);
        left--;
      }
    }
    return list.toString();
  }
}
