package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes an alert of a decision that is worth one. */
final class Alerted {
  static final int MAX_IMAGES = 16 * 1024;
  static final int MAX_SENTENCE = 8 * 1024;

  /** Above the longest valid reference: names that are cut would be taken for each other. */
  private static final int MAX_IMAGE = 512;

  private static final int MAX_DETAIL = 400;
  private static final int MAX_NAME = 253;
  private static final int MAX_ID = 128;

  private Alerted() {}

  /** The alert; empty for a dry run, and where there was nothing to verify or nothing new. */
  static Optional<Alert> of(Decision decision) {
    boolean nothing =
        decision.verdict().admits()
            && decision.images().stream().allMatch(image -> image.reason() == Reason.UNCHANGED);
    boolean notApplicable = decision.verdict() == Verdict.NOT_APPLICABLE;
    return decision.request().dryRun() || nothing || notApplicable
        ? Optional.empty()
        : Optional.of(alert(decision));
  }

  /** Admitted by proof or exemption, or not; whatever a mode made of it. */
  static Category category(Decision decision) {
    return decision.verdict().admits() ? Category.ADMIT : Category.REJECT;
  }

  private static Alert alert(Decision decision) {
    Category category = category(decision);
    List<ImageDecision> about = about(decision, category);
    String namespace = or(Legible.line(decision.request().namespace(), MAX_NAME));
    return new Alert(
        category,
        decision.outcome() == Outcome.ALLOWED,
        decision.recordId(),
        decision.time(),
        decision.trace(),
        decision.trace().filter(trace -> trace.sampled(decision.verdict())).isPresent(),
        or(Legible.line(decision.service().cluster(), MAX_NAME)),
        or(Legible.line(decision.service().replica(), MAX_NAME)),
        namespace,
        or(Legible.line(decision.request().uid(), MAX_ID)),
        decision.reason().code(),
        images(decision),
        sentence(decision, category, about),
        keys(decision, about, namespace));
  }

  /** The images that made the verdict what it is. */
  private static List<ImageDecision> about(Decision decision, Category category) {
    if (!decision.detail().isEmpty()) {
      return List.of();
    }
    return decision.images().stream()
        .filter(image ->
            category == Category.ADMIT
                ? image.reason() != Reason.UNCHANGED
                : !image.verdict().admits())
        .toList();
  }

  private static List<Alert.Key> keys(
      Decision decision, List<ImageDecision> about, String namespace) {
    Set<Alert.Key> keys = new LinkedHashSet<>();
    for (ImageDecision image : about) {
      keys.add(new Alert.Key(name(image), image.reason().code(), namespace));
    }
    if (keys.isEmpty()) {
      for (ImageDecision image : fresh(decision)) {
        keys.add(new Alert.Key(name(image), decision.reason().code(), namespace));
      }
    }
    if (keys.isEmpty()) {
      keys.add(new Alert.Key("-", decision.reason().code(), namespace));
    }
    return new ArrayList<>(keys);
  }

  private static String images(Decision decision) {
    Set<String> names = new LinkedHashSet<>();
    fresh(decision).forEach(image -> names.add(name(image)));
    return or(Legible.cut(String.join(", ", names), MAX_IMAGES));
  }

  private static List<ImageDecision> fresh(Decision decision) {
    return decision.images().stream().filter(image -> image.reason() != Reason.UNCHANGED).toList();
  }

  private static String sentence(Decision decision, Category category, List<ImageDecision> about) {
    StringBuilder text = new StringBuilder(outcome(decision, category));
    text.append(' ')
        .append(Legible.line(decision.request().operation(), 20))
        .append(" of ")
        .append(Legible.line(decision.request().kind(), 63))
        .append(' ')
        .append(Legible.line(decision.request().namespace(), MAX_NAME))
        .append('/')
        .append(Legible.line(decision.request().name(), MAX_NAME))
        .append(':');
    if (about.isEmpty()) {
      finding(text, "", decision.reason(), decision.detail());
    }
    Set<String> told = new LinkedHashSet<>();
    for (ImageDecision image : about) {
      StringBuilder one = new StringBuilder();
      finding(one, name(image), image.reason(), detail(image));
      told.add(one.toString());
    }
    text.append(String.join(";", told));
    String whole = text.charAt(text.length() - 1) == '.' ? text.toString() : text + ".";
    return Legible.cut(whole, MAX_SENTENCE);
  }

  private static String outcome(Decision decision, Category category) {
    if (decision.outcome() == Outcome.DENIED) {
      return "Denied";
    }
    return category == Category.ADMIT || decision.mode() == Mode.ENFORCE
        ? "Admitted"
        : "Admitted only because of mode " + decision.mode().code() + ", would have been denied:";
  }

  /** Of what was verified there is no more to say. */
  private static String detail(ImageDecision image) {
    return image.verdict().admits() ? "" : image.detail();
  }

  private static void finding(StringBuilder text, String image, Reason reason, String detail) {
    text.append(image.isEmpty() ? "" : " ").append(image);
    text.append(" [").append(reason.code()).append(']');
    if (!detail.isEmpty()) {
      text.append(' ').append(Legible.line(detail, MAX_DETAIL));
    }
  }

  private static String name(ImageDecision image) {
    return Legible.line(
        image.normalised().orElseGet(() -> '"' + image.requested() + '"'), MAX_IMAGE);
  }

  /** Some services refuse an empty text. */
  private static String or(String text) {
    return text.isBlank() ? "-" : text;
  }
}
