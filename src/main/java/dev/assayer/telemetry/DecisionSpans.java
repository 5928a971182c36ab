package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.Timing;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verdict;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes the span tree of a decision from the stage timings that it carries. Nothing is recorded
 * while the request is decided, so a trace that is not kept costs nothing.
 */
final class DecisionSpans {
  private final Decision decision;
  private final Duration total;
  private final SpanBudget budget = new SpanBudget();

  private DecisionSpans(Decision decision, Duration total) {
    this.decision = decision;
    this.total = total;
  }

  /**
   * The tree of a request that was decided.
   *
   * @param name method and route, such as {@code POST /mutate}
   * @param total time from the start of the request to the end of the answer
   */
  static SpanNode tree(Decision decision, String name, Duration total) {
    return new DecisionSpans(decision, total).root(name);
  }

  /** The tree as far as the decision itself tells, up to its last stage. */
  static SpanNode tree(Decision decision) {
    String endpoint = decision.request().endpoint();
    Duration total = decision.took();
    for (Stage stage : decision.stages()) {
      Duration end = stage.start().plus(stage.duration());
      total = end.compareTo(total) > 0 ? end : total;
    }
    return tree(decision, endpoint.equals("review") ? endpoint : "POST /" + endpoint, total);
  }

  private SpanNode root(String name) {
    SpanAttributes attributes = RootAttributes.of(name, 200);
    RootAttributes.decision(attributes, decision);
    Optional<String> error = error(decision.verdict(), decision.reason());
    attributes.put("error.type", error);
    budget.take(attributes);
    List<SpanNode> children = children();
    if (budget.leftOut() > 0) {
      attributes.put("assayer.spans_left_out", budget.leftOut());
    }
    return new SpanNode(
        name, SpanKind.SERVER, Duration.ZERO, total, attributes.build(), error, children);
  }

  private List<SpanNode> children() {
    List<SpanNode> children = new ArrayList<>();
    for (Stage stage : decision.stages()) {
      reviewStage(stage).ifPresent(children::add);
    }
    Map<String, List<ImageDecision>> distinct = new LinkedHashMap<>();
    for (ImageDecision image : decision.images()) {
      if (image.reason() != Reason.UNCHANGED) {
        distinct.computeIfAbsent(name(image), _ -> new ArrayList<>()).add(image);
      }
    }
    distinct.values().forEach(places -> image(places).ifPresent(children::add));
    return inOrder(children);
  }

  private Optional<SpanNode> reviewStage(Stage stage) {
    SpanAttributes attributes = new SpanAttributes();
    if (stage.name().startsWith(StageSpan.ALERT)) {
      String receiver = stage.name().substring(StageSpan.ALERT.length());
      attributes.put("assayer.alert.receiver", receiver).put("assayer.note", stage.note());
      return node(
          "alert.send", SpanKind.CLIENT, stage.start(), stage.duration(), attributes, List.of());
    }
    OptionalLong figure = stage.note().map(StageSpan::figure).orElse(OptionalLong.empty());
    switch (stage.name()) {
      case "review.parse", "response.encode" -> attributes.put("assayer.bytes", figure);
      case "policy.select" -> attributes.put("assayer.policy.digest", decision.policyDigest());
      case "patch.build" -> attributes.put("assayer.patch.operations", figure);
      default -> attributes.put("assayer.note", stage.note());
    }
    stage.dependency().ifPresent(host -> address(host, attributes));
    SpanKind kind = stage.dependency().isPresent() ? SpanKind.CLIENT : SpanKind.INTERNAL;
    String name = stage.name().replace(' ', '.');
    return node(name, kind, stage.start(), stage.duration(), attributes, List.of());
  }

  private static String name(ImageDecision image) {
    return image.normalised().orElse(image.requested());
  }

  /** One image, at all the places that name it. */
  private Optional<SpanNode> image(List<ImageDecision> places) {
    ImageDecision image = places.getFirst();
    Optional<String> error = error(image.verdict(), image.reason());
    SpanAttributes attributes =
        new SpanAttributes()
            .put("container.image.name", name(image))
            .put("oci.manifest.digest", image.digest())
            .put("assayer.verdict", image.verdict().code())
            .put("assayer.reason", image.reason().code())
            .put("assayer.mode", image.mode().code())
            .put("assayer.containers", places.size())
            .put("assayer.rule.pattern", image.rule().map(RuleRef::pattern))
            .put("assayer.validators", image.validators().stream().map(ValidatorRef::name).toList())
            .put("assayer.freshness", image.trust().map(TrustFacts::freshness))
            .put("assayer.signer.key_ids", image.signers().stream().map(Signer::keyId).toList())
            .put("error.type", error);
    image.rule().ifPresent(rule -> attributes.put("assayer.rule.index", rule.index()));
    if (image.signers().stream().anyMatch(Signer::firstSeen)) {
      attributes.put("assayer.signer.first_seen", true);
    }
    image.timing().filter(Timing::shared).ifPresent(_ -> attributes.put("assayer.shared", true));
    Duration start = image.timing().map(Timing::start).orElseGet(this::selected);
    Duration took = image.timing().map(Timing::took).orElse(Duration.ZERO);
    if (!budget.take(attributes)) {
      return Optional.empty();
    }
    List<SpanNode> children = new ArrayList<>();
    for (Stage stage : image.stages()) {
      stage(stage, image).ifPresent(children::add);
    }
    return Optional.of(
        within("image.verify", SpanKind.INTERNAL, start, took, attributes, error, children));
  }

  /** When the rules had been selected: what needs no verification is known then. */
  private Duration selected() {
    return decision.stages().stream()
        .filter(stage -> stage.name().equals("policy.select"))
        .map(stage -> stage.start().plus(stage.duration()))
        .findFirst()
        .orElse(Duration.ZERO);
  }

  private Optional<SpanNode> stage(Stage stage, ImageDecision image) {
    StageSpan span = StageSpan.of(stage);
    SpanAttributes attributes = new SpanAttributes().put("assayer.tuf.role", span.role());
    Optional<String> error = Optional.empty();
    if (span.kind() == SpanKind.CLIENT) {
      attributes.put("http.request.method", "GET");
      error = answer(stage, attributes);
    } else if (span.name().equals("cache.lookup")) {
      attributes.put("assayer.cache.result", stage.note());
    } else {
      attributes.put("assayer.note", stage.note());
      span.role().flatMap(role -> trust(image, role)).ifPresent(role -> describe(role, attributes));
    }
    stage.dependency().ifPresent(host -> address(host, attributes));
    if (stage.open()) {
      attributes.put("assayer.open", true);
      error = error.or(() -> Optional.of(image.reason().code()));
    }
    attributes.put("error.type", error);
    return budget.take(attributes)
        ? Optional.of(
            within(
                span.name(),
                span.kind(),
                stage.start(),
                stage.duration(),
                attributes,
                error,
                List.of()))
        : Optional.empty();
  }

  /** The status, or the reason why there is none; what tells nothing either way is an error. */
  private static Optional<String> answer(Stage stage, SpanAttributes attributes) {
    if (stage.note().isEmpty()) {
      return Optional.empty();
    }
    String note = stage.note().get();
    OptionalLong status = StageSpan.figure(note);
    if (status.isEmpty()) {
      return note.equals("shared") ? Optional.empty() : Optional.of(note);
    }
    attributes.put("http.response.status_code", status);
    return status.getAsLong() >= 500 || status.getAsLong() == 429
        ? Optional.of(Long.toString(status.getAsLong()))
        : Optional.empty();
  }

  private static void address(String label, SpanAttributes attributes) {
    int colon = label.lastIndexOf(':');
    OptionalLong port =
        colon < 0 ? OptionalLong.empty() : StageSpan.figure(label.substring(colon + 1));
    attributes.put("server.address", port.isPresent() ? label.substring(0, colon) : label);
    attributes.put("server.port", port);
  }

  private static Optional<RoleTrust> trust(ImageDecision image, String role) {
    return image.trust().stream()
        .flatMap(trust -> trust.chain().stream())
        .filter(verified -> verified.role().equals(role))
        .findFirst();
  }

  private static void describe(RoleTrust role, SpanAttributes attributes) {
    attributes
        .put("assayer.tuf.version", role.version())
        .put("assayer.tuf.expires", role.expires().toString())
        .put("assayer.tuf.threshold", role.threshold())
        .put("assayer.tuf.signatures", role.signedBy().size());
  }

  /** A rejection is a correct result; only what prevented one is an error. */
  private static Optional<String> error(Verdict verdict, Reason reason) {
    return verdict == Verdict.ERROR || verdict == Verdict.TIMEOUT
        ? Optional.of(reason.code())
        : Optional.empty();
  }

  private Optional<SpanNode> node(
      String name,
      SpanKind kind,
      Duration start,
      Duration duration,
      SpanAttributes attributes,
      List<SpanNode> children) {
    return budget.take(attributes)
        ? Optional.of(within(name, kind, start, duration, attributes, Optional.empty(), children))
        : Optional.empty();
  }

  /** A shared verification may have begun before this request; its span begins with the request. */
  private SpanNode within(
      String name,
      SpanKind kind,
      Duration start,
      Duration duration,
      SpanAttributes attributes,
      Optional<String> error,
      List<SpanNode> children) {
    Duration from = clamp(start);
    Duration until = clamp(start.plus(duration));
    return new SpanNode(
        name, kind, from, until.minus(from), attributes.build(), error, inOrder(children));
  }

  private Duration clamp(Duration offset) {
    if (offset.isNegative()) {
      return Duration.ZERO;
    }
    return offset.compareTo(total) > 0 ? total : offset;
  }

  private static List<SpanNode> inOrder(List<SpanNode> spans) {
    return spans.stream().sorted(Comparator.comparing(SpanNode::start)).toList();
  }
}
