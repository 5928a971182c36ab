package dev.assayer.demo;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.demo.RunningWebhook.Answer;
import dev.assayer.telemetry.TraceTree;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The guided run: real AdmissionReviews, one after another, over TLS to the whole server, which
 * asks an embedded Notary over TLS; what was decided, why, how long it took, which metrics moved,
 * the trace of one decision, and the audit log verified and, with one bit changed, not.
 */
public final class GuidedRun {
  private static final int MOST_SERIES = 24;

  /** The families that say most about a run, in the order in which they are shown. */
  private static final List<String> FAMILIES =
      List.of(
          "assayer_admission_reviews_total",
          "assayer_admission_reasons_total",
          "assayer_tuf_attack_detected_total",
          "assayer_trust_upstream_requests_total");

  private final Consumer<String> out;
  private final String version;
  private final boolean json;
  private final Map<String, String> environment;
  private Optional<Decision> admitted = Optional.empty();
  private Optional<Answer> denied = Optional.empty();

  /**
   * A run that prints to {@code out}.
   *
   * @param out takes one line at a time
   * @param json the decision records, one JSON line each, instead of text
   * @param environment of the webhook; empty outside a cluster
   */
  public GuidedRun(
      Consumer<String> out, String version, boolean json, Map<String, String> environment) {
    this.out = out;
    this.version = version;
    this.json = json;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Runs all cases.
   *
   * @param more reviews afterwards, to see how long they take
   * @param meanwhile runs at the end, while all servers still answer
   * @return whether each case ended with the verdict and reason that it must
   */
  public boolean run(int more, Consumer<Left> meanwhile) {
    try (DemoWorld world = new DemoWorld()) {
      List<DemoCase> cases = DemoCases.in(world);
      Path file = world.writeConfiguration();
      try (RunningWebhook webhook =
          new RunningWebhook(file, world.clientContext(), version, environment)) {
        boolean good = runAll(cases, webhook, world);
        world.standby().start();
        good &= more <= 0 || askMore(more, webhook, world);
        meanwhile.accept(
            new Left(
                file,
                file.resolveSibling(DemoWorld.CA_FILE),
                webhook.webhookAddress(),
                webhook.adminAddress(),
                webhook.pageAddress(),
                world.image("signed") + ":1.4"));
        return good;
      }
    }
  }

  /**
   * What is still there at the end.
   *
   * @param configuration the configuration file
   * @param ca the certificate authority of all servers, PEM
   * @param webhook {@code https://host:port}
   * @param admin {@code http://host:port}
   * @param page the operator page, if it is served
   * @param signedImage an image that verifies
   */
  public record Left(
      Path configuration,
      Path ca,
      URI webhook,
      URI admin,
      Optional<URI> page,
      String signedImage) {}

  private boolean runAll(List<DemoCase> cases, RunningWebhook webhook, DemoWorld world) {
    print(
        """
        In this process: a Notary on https://%s, a registry on https://%s, and
        the webhook on %s: real TLS, real signatures, keys made a moment ago.
        Each line is one AdmissionReview for a pod, posted to the webhook.
        """
            .formatted(
                world.notary().baseHost(), world.registry().baseHost(), webhook.webhookAddress()));
    Map<String, Double> before = webhook.counters();
    print("  %-58s %-8s %-22s %9s".formatted("the pod's image", "answer", "reason", "time"));
    int bad = 0;
    for (DemoCase act : cases) {
      act.prepare().run();
      bad += run(act, webhook) ? 0 : 1;
    }
    print("");
    admitted.ifPresent(this::showChain);
    denied.ifPresent(this::showDenial);
    showMetrics(before, webhook.counters());
    denied.ifPresent(this::showTrace);
    LogOnShow log = new LogOnShow(world.auditLog(), world.auditKey());
    boolean proven = log.run(cases.size());
    log.lines().forEach(this::print);
    print("");
    print(
        bad == 0
            ? cases.size() + " reviews, each decided as it must be."
            : bad + " of " + cases.size() + " reviews were NOT decided as they must be.");
    return bad == 0 && proven;
  }

  /** Half of them ask the Notary each time; then the configuration lets them remember. */
  private boolean askMore(int count, RunningWebhook webhook, DemoWorld world) {
    MoreReviews reviews = new MoreReviews(webhook, world.image("signed") + ":1.4");
    int half = Math.max(1, count / 2);
    MoreReviews.Times fresh = reviews.ask(half);
    print(fresh.line("%,d reviews, each asks the Notary".formatted(half)));
    var _ = world.writeConfiguration("1h");
    if (!reviews.awaitNewConfiguration()) {
      print("the changed configuration was NOT taken");
      return false;
    }
    MoreReviews.Times remembered = reviews.ask(half);
    print(remembered.line("%,d reviews, remembered".formatted(half)));
    return fresh.allAdmitted() && remembered.allAdmitted();
  }

  private boolean run(DemoCase act, RunningWebhook webhook) {
    Optional<Answer> answer = webhook.mutate(PodReview.of(act.images()));
    if (answer.isEmpty()) {
      print("  " + act.title() + ": no decision");
      return false;
    }
    Decision decision = answer.get().decision();
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
      out.accept(DecisionRecord.line(decision));
    }
    if (admitted.isEmpty() && decision.reason() == Reason.SIGNATURE_VALID) {
      admitted = Optional.of(decision);
    }
    if (decision.reason() == Reason.DELEGATIONS_DISAGREE) {
      denied = answer;
    }
    return asExpected;
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
    print("  " + DecisionRecord.line(answer.decision()));
    print("");
  }

  private void showMetrics(Map<String, Double> before, Map<String, Double> after) {
    List<String> moved = new ArrayList<>();
    for (String family : FAMILIES) {
      after.forEach((series, value) -> {
        double by = value - before.getOrDefault(series, 0.0);
        if (by > 0 && series.startsWith(family + "{")) {
          moved.add("  %+5.0f  %s".formatted(by, series));
        }
      });
    }
    print("The metrics that moved, as Prometheus sees them:");
    moved.stream().limit(MOST_SERIES).forEach(this::print);
    if (moved.size() > MOST_SERIES) {
      print("         and " + (moved.size() - MOST_SERIES) + " more");
    }
    print("");
  }

  private void showTrace(Answer answer) {
    print("The trace of that denial:");
    TraceTree.lines(answer.decision()).forEach(line -> print("  " + line));
    print("");
  }

  private void print(String line) {
    if (!json) {
      out.accept(line);
    }
  }
}
