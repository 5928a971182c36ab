package dev.assayer.admission;

import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.image.ImageReference;
import dev.assayer.image.Printable;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.policy.Explanation;
import dev.assayer.policy.Explanation.Outcome;
import dev.assayer.policy.Explanation.Step;
import dev.assayer.policy.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which rule an image gets and why: what {@code policy match} and the operator page say.
 *
 * @param image the argument as given
 * @param name the name that was matched
 * @param winner the rule that won, if any did
 * @param why sentences, in the order of thought
 */
public record MatchReport(
    String image, String name, Optional<Selection<RuleConfig>> winner, List<String> why) {

  /** So many rules that do not match are told of one by one; more are only counted. */
  private static final int MOST_MISSES = 20;

  /** Tells of an explanation; {@code image} is the name as given. */
  public static MatchReport of(
      String image, ImageReference reference, Explanation<RuleConfig> explanation) {
    List<String> why = new ArrayList<>();
    if (!image.equals(explanation.image())) {
      why.add(Printable.quoted(image) + " is matched as " + explanation.image() + ".");
    }
    long misses = explanation.steps().stream().filter(MatchReport::missed).count();
    boolean each = misses <= MOST_MISSES;
    for (Step<RuleConfig> step : explanation.steps()) {
      if (each || !missed(step)) {
        why.add(step.sentence());
      }
    }
    if (!each) {
      why.add("The other " + misses + " rules do not match.");
    }
    List<String> all = explanation.why();
    why.add(all.getLast());
    if (explanation.selection().isEmpty()) {
      why.add(
          "The image would be denied no_matching_rule; a rule with the pattern \"*:*\" takes"
              + " what no other takes.");
    }
    return new MatchReport(image, explanation.image(), explanation.selection(), why);
  }

  /** One line for an argument that names no image. */
  public static String json(ReferenceResult.Invalid bad) {
    return JsonText.compact(
        JsonObject.builder()
            .put("image", bad.requested())
            .put("rule", JsonNull.NULL)
            .put("index", JsonNull.NULL)
            .put("why", List.of())
            .put(
                "error",
                JsonObject.builder()
                    .put("reason", reason(bad).code())
                    .put("detail", bad.detail())
                    .build())
            .build());
  }

  /** The reason that such an image is denied for. */
  public static Reason reason(ReferenceResult.Invalid bad) {
    return switch (bad.problem()) {
      case INVALID -> Reason.REFERENCE_INVALID;
      case HASH_UNSUPPORTED -> Reason.HASH_UNSUPPORTED;
    };
  }

  private static boolean missed(Step<RuleConfig> step) {
    return step.outcome() instanceof Outcome.NotMatched;
  }

  /** One line. */
  public String json() {
    return JsonText.compact(
        JsonObject.builder()
            .put("image", image)
            .put("rule", winner.<Json>map(won -> won.rule().asConfigured()).orElse(JsonNull.NULL))
            .put("index", winner.map(won -> Json.of(won.index())).orElse(JsonNull.NULL))
            .put("why", why)
            .build());
  }

  /** What a rule does with an image, as a clause. */
  public static String meaning(RuleConfig rule) {
    String does =
        switch (rule.resolution()) {
          case Resolution.Exempt() -> "admits without verification";
          case Resolution.Resolved(Resolution.Combination how, var asked) ->
              switch (how) {
                    case SINGLE -> "asks validator ";
                    case ALL_OF -> "asks, all of which must give one digest, validators ";
                    case ANY_OF -> "asks, any of which suffices, validators ";
                  }
                  + String.join(", ", asked.stream().map(MatchReport::validator).toList());
          case Resolution.Unresolvable(String because) -> "denies config_error: " + because;
        };
    String roles =
        rule.delegations().isEmpty()
            ? ""
            : " for delegations " + String.join(", ", rule.delegations());
    return does + roles + (rule.mode() == Mode.ENFORCE ? "" : "; mode " + rule.mode().code());
  }

  private static String validator(Resolution.ResolvedValidator asked) {
    List<String> roots = asked.trustRoots();
    return asked.validator()
        + (roots.isEmpty() ? "" : " (trust root " + String.join(", ", roots) + ")");
  }
}
