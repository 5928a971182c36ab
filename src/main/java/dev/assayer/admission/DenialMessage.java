package dev.assayer.admission;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person is told who was denied: a line for each bad image with the reason, what failed, how
 * long each step took, and the record to ask for. Printable ASCII and line feeds only.
 *
 * @param budget time that the request had
 * @param recordId id of the decision's record
 * @param traceId W3C trace id, if there is a trace
 * @param waits what the review waited for before any image
 */
record DenialMessage(
    Duration budget, String recordId, Optional<String> traceId, List<Stage> waits) {
  private static final int LIMIT = 1024;

  /** A terminal shows no more; the record has the rest. */
  private static final int MOST = 16 << 10;

  private static final int MAX_NAME = 255;
  private static final int MAX_DETAIL = 400;
  private static final int MAX_STAGES = 12;

  /** The message for these images, of which at least one must be bad. */
  String of(List<ImageDecision> images) {
    List<ImageDecision> bad = images.stream().filter(image -> !image.verdict().admits()).toList();
    String message = lines(bad, image -> full(image, MAX_DETAIL) + figures(image) + advice(image));
    if (message.length() > LIMIT) {
      message = lines(bad, image -> full(image, MAX_DETAIL) + advice(image));
    }
    int over = message.length() - LIMIT;
    if (over > 0 && bad.size() == 1) {
      message = lines(bad, image -> full(image, MAX_DETAIL - over) + advice(image));
    }
    return message;
  }

  /** The message where no image was looked at. */
  String of(Reason reason, String subject, String detail) {
    return "assayer: denied "
        + Plain.ascii(subject, MAX_NAME)
        + " ["
        + reason.code()
        + "] "
        + Plain.ascii(detail, MAX_DETAIL)
        + "; try again"
        + link(reason)
        + record();
  }

  /** The image as people know it. */
  static String name(ImageDecision image, int max) {
    String text = image.normalised().orElseGet(() -> '"' + image.requested() + '"');
    return Plain.ascii(text, max);
  }

  private String lines(List<ImageDecision> bad, Function<ImageDecision, String> line) {
    List<String> all = bad.stream().map(line).distinct().toList();
    StringBuilder message = new StringBuilder();
    for (int i = 0; i < all.size(); i++) {
      if (message.length() + all.get(i).length() > MOST) {
        int left = all.size() - i;
        return message.append("\nassayer: denied ").append(left).append(" more, see the record.")
            + record();
      }
      message.append(i == 0 ? "" : "\n").append(all.get(i));
    }
    return message + record();
  }

  private static String full(ImageDecision image, int maxDetail) {
    String detail = Plain.ascii(image.detail(), maxDetail);
    return "assayer: denied "
        + name(image, MAX_NAME)
        + " ["
        + image.reason().code()
        + "] "
        + (detail.endsWith(".") ? detail.substring(0, detail.length() - 1) : detail);
  }

  private String figures(ImageDecision image) {
    String stages =
        Stream.concat(waits.stream().filter(DenialMessage::isSlow), telling(image))
            .limit(MAX_STAGES)
            .map(DenialMessage::figure)
            .collect(Collectors.joining(", "));
    List<String> figures = new ArrayList<>();
    // A refusal by proof rests on what a server said, so the server is named here too.
    if (image.verdict() == Verdict.REJECTED) {
      upstreams(image).stream()
          .filter(upstream -> !image.detail().contains(upstream))
          .forEach(upstream -> figures.add("asked " + Plain.ascii(upstream, 100)));
    }
    if (!stages.isEmpty()) {
      figures.add("budget " + Figures.seconds(budget) + ": " + stages);
    }
    return figures.isEmpty() ? "" : " (" + String.join("; ", figures) + ")";
  }

  /** The stages that took time, or else the longest: a message always says how long things took. */
  private static Stream<Stage> telling(ImageDecision image) {
    List<Stage> slow = image.stages().stream().filter(DenialMessage::isSlow).toList();
    return slow.isEmpty()
        ? image.stages().stream().max(Comparator.comparing(Stage::duration)).stream()
        : slow.stream();
  }

  private static boolean isSlow(Stage stage) {
    return stage.open() || stage.duration().toMillis() >= 1;
  }

  private static String figure(Stage stage) {
    return Plain.ascii(stage.name(), 40) + " " + Figures.millis(stage.duration());
  }

  private static String advice(ImageDecision image) {
    return again(image) + link(image.reason());
  }

  /** Without proof either way it may be different next time, or once the fault is mended. */
  private static String again(ImageDecision image) {
    if (image.verdict() != Verdict.ERROR && image.verdict() != Verdict.TIMEOUT) {
      return "";
    }
    String first =
        switch (image.reason()) {
          case CONFIG_ERROR -> "; correct the configuration, then try again";
          case TOO_LARGE -> "; make it smaller, then try again";
          default -> "; try again";
        };
    List<String> upstreams = upstreams(image);
    return upstreams.isEmpty()
        ? first
        : first + " (dependency " + Plain.ascii(String.join(", ", upstreams), 100) + ")";
  }

  private static List<String> upstreams(ImageDecision image) {
    return image.validators().stream()
        .map(ValidatorRef::upstream)
        .filter(upstream -> !upstream.equals("-"))
        .distinct()
        .toList();
  }

  private static String link(Reason reason) {
    return ". See docs/reasons.md#" + reason.code() + ".";
  }

  private String record() {
    return " Record " + recordId + traceId.map(id -> ", trace " + Plain.ascii(id, 64)).orElse("");
  }
}
