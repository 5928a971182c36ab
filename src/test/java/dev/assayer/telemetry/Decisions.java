package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.TrustFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decisions to be counted. */
final class Decisions {
  static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  private Decisions() {}

  /** A request that is decided. */
  record Asked(String endpoint, String operation, String apiVersion, String kind, boolean dryRun) {}

  static final Asked POD = new Asked("mutate", "CREATE", "v1", "Pod", false);

  /** An enforced decision of a pod whose images all have one reason. */
  static Decision of(Reason reason, String... images) {
    return of(POD, reason, Mode.ENFORCE, images);
  }

  static Decision of(Asked asked, Reason reason, Mode mode, String... images) {
    boolean denied = mode == Mode.ENFORCE && !reason.verdict().admits();
    return of(
        asked,
        denied ? Outcome.DENIED : Outcome.ALLOWED,
        reason,
        mode,
        Stream.of(images).map(image -> image(image, reason, Optional.empty())).toList());
  }

  static Decision of(
      Asked asked, Outcome outcome, Reason reason, Mode mode, List<ImageDecision> images) {
    return new Decision(
        "0193",
        NOW,
        1,
        Duration.ofSeconds(9),
        Duration.ofMillis(3),
        new Decision.Service("0.1.0", "test", "assayer-0"),
        new Decision.Request(
            "uid",
            "anonymous",
            asked.endpoint(),
            asked.operation(),
            asked.apiVersion(),
            asked.kind(),
            "shop",
            "cart",
            Optional.empty(),
            asked.dryRun(),
            "dana",
            List.of()),
        outcome,
        reason.verdict(),
        reason,
        "",
        mode,
        "sha256:" + "ab".repeat(32),
        "sha256:" + "cd".repeat(32),
        1,
        Optional.empty(),
        List.of(),
        images);
  }

  static ImageDecision image(String name, Reason reason, Optional<TrustFacts> trust) {
    return new ImageDecision(
        "cart",
        "container",
        name,
        Optional.of(name),
        Optional.empty(),
        false,
        Optional.empty(),
        List.of(),
        reason.verdict(),
        reason,
        Mode.ENFORCE,
        "",
        List.of(),
        trust,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }
}
