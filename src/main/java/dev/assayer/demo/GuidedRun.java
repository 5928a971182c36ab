package dev.assayer.demo;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import dev.assayer.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The guided run: real AdmissionReviews, one after another, through the code that the webhook runs,
 * against an embedded Notary over TLS; what was decided, why, and how long it took.
 */
public final class GuidedRun {
  private static final Duration BUDGET = Duration.ofMillis(9_500);

  private final Consumer<String> out;
  private final String version;
  private final boolean json;
  private Optional<Decision> admitted = Optional.empty();
  private Optional<Answer> denied = Optional.empty();

  private record Answer(Decision decision, String message) {}

  /**
   * A run that prints to {@code out}.
   *
   * @param out takes one line at a time
   * @param json the decision records, one JSON line each, instead of text
   */
  public GuidedRun(Consumer<String> out, String version, boolean json) {
    this.out = out;
    this.version = version;
    this.json = json;
  }

  /**
   * Runs all cases.
   *
   * @param meanwhile runs at the end, while the embedded servers still answer; gets the path of the
   *     configuration and an image that verifies
   * @return whether each case ended with the verdict and reason that it must
   */
  public boolean run(After meanwhile) {
    try (DemoWorld world = new DemoWorld()) {
      List<DemoCase> cases = DemoCases.in(world);
      Path file = world.writeConfiguration();
      if (!(new ConfigLoader().load(file) instanceof LoadResult.Loaded loaded)) {
        throw new IllegalStateException("the demo's own configuration was refused");
      }
      Environment environment = new Environment(InstantSource.system(), version, "demo", 1);
      try (Assayer assayer = Assayer.open(loaded.config(), environment)) {
        boolean good = runAll(cases, assayer, world);
        world.standby().start();
        meanwhile.run(file, world.image("signed") + ":1.4");
        return good;
      }
    }
  }

  /** What may be done with the embedded servers after the cases. */
  @FunctionalInterface
  public interface After {
    void run(Path configuration, String signedImage);
  }

  private boolean runAll(List<DemoCase> cases, Assayer assayer, DemoWorld world) {
    print(
        """
        A Notary on https://%s and a registry on https://%s, both in this process:
        real TLS, real signatures, keys made a moment ago. Each line is one AdmissionReview for a
        pod, decided by the code that the webhook runs.
        """
            .formatted(world.notary().baseHost(), world.registry().baseHost()));
    print("  %-58s %-8s %-22s %9s".formatted("the pod's image", "answer", "reason", "time"));
    int bad = 0;
    for (DemoCase act : cases) {
      act.prepare().run();
      bad += run(act, assayer) ? 0 : 1;
    }
    print("");
    admitted.ifPresent(this::showChain);
    denied.ifPresent(this::showDenial);
    print(
        bad == 0
            ? cases.size() + " reviews, each decided as it must be."
            : bad + " of " + cases.size() + " reviews were NOT decided as they must be.");
    return bad == 0;
  }

  private boolean run(DemoCase act, Assayer assayer) {
    ReviewAnswer answer =
        assayer.review(PodReview.of(act.images()), Deadline.after(BUDGET), "review", "anonymous");
    if (!(answer instanceof ReviewAnswer.Answered(Decision decision, byte[] response))) {
      print("  " + act.title() + ": refused, " + answer);
      return false;
    }
    boolean asExpected =
        decision.reason() == act.expected()
            && (decision.outcome() == Outcome.ALLOWED) == act.expected().verdict().admits();
    print(
        "  %-58s %-8s %-22s %6.1f ms%s"
            .formatted(
                act.title(),
                decision.outcome() == Outcome.ALLOWED ? "admit" : "DENY",
                decision.reason().code(),
                decision.took().toNanos() / 1e6,
                asExpected ? "" : "   expected " + act.expected().code()));
    if (json) {
      out.accept(JsonText.compact(DecisionRecord.of(decision)));
    }
    if (admitted.isEmpty() && decision.reason() == Reason.SIGNATURE_VALID) {
      admitted = Optional.of(decision);
    }
    if (decision.reason() == Reason.DELEGATIONS_DISAGREE) {
      denied = Optional.of(new Answer(decision, message(response)));
    }
    return asExpected;
  }

  private static String message(byte[] response) {
    try {
      return StrictJson.parse(response, JsonLimits.REVIEW)
          .asObject()
          .flatMap(review -> review.get("response"))
          .flatMap(Json::asObject)
          .flatMap(answer -> answer.get("status"))
          .flatMap(Json::asObject)
          .flatMap(status -> status.get("message"))
          .flatMap(Json::asString)
          .orElse("");
    } catch (JsonException impossible) {
      throw new IllegalStateException("our own response is not JSON", impossible);
    }
  }

  private void showChain(Decision decision) {
    ImageDecision image = decision.images().getFirst();
    print("The chain of trust of the first image, and where its time went:");
    image
        .trust()
        .ifPresent(trust ->
            trust
                .chain()
                .forEach(role ->
                    print(
                        "  %-10s version %d, %d of %d keys (%s), expires %s"
                            .formatted(
                                role.role(),
                                role.version(),
                                role.signedBy().size(),
                                role.threshold(),
                                role.signedBy().getFirst().substring(0, 12) + "…",
                                role.expires()))));
    StringBuilder stages = new StringBuilder();
    for (Stage stage : image.stages()) {
      stages.append(
          String.format(
              Locale.ROOT,
              "%s%s %.1f ms",
              stages.isEmpty() ? "  " : ", ",
              stage.name(),
              stage.duration().toNanos() / 1e6));
    }
    print(stages.toString());
    print("  pinned to " + image.digest().orElse("-"));
    print("");
  }

  private void showDenial(Answer answer) {
    print("What the user reads when a pod is denied:");
    answer.message().lines().forEach(line -> print("  " + line));
    print("");
    print("The record of that decision:");
    print("  " + JsonText.compact(DecisionRecord.of(answer.decision())));
    print("");
  }

  private void print(String line) {
    if (!json) {
      out.accept(line);
    }
  }
}
