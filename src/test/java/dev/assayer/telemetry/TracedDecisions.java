package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.Timing;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Decisions with the stages of a cold Notary verification. */
final class TracedDecisions {
  static final String DIGEST = "sha256:" + "cc".repeat(32);

  private TracedDecisions() {}

  static Decision of(Reason reason, Optional<TraceRef> trace, ImageDecision... images) {
    return new Decision(
        "0193aaaa-0000-7000-8000-000000000000",
        Instant.parse("2026-11-22T01:20:31.482Z"),
        7,
        Duration.ofMillis(9500),
        Duration.ofMillis(84),
        new Decision.Service("0.1.0", "prod", "assayer-0"),
        new Decision.Request(
            "6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11",
            "anonymous",
            "mutate",
            "CREATE",
            "v1",
            "Pod",
            "shop",
            "cart",
            Optional.empty(),
            false,
            "dana",
            List.of("devs")),
        reason.verdict().admits() ? Outcome.ALLOWED : Outcome.DENIED,
        reason.verdict(),
        reason,
        "",
        Mode.ENFORCE,
        "sha256:aa",
        "sha256:bb",
        1,
        trace,
        List.of(
            stage("review.parse", "", 0, 1, "512 bytes"),
            stage("policy.select", "", 1, 1, ""),
            stage("patch.build", "", 82, 1, "1 operations"),
            stage("response.encode", "", 84, 1, "900 bytes")),
        List.of(images));
  }

  static ImageDecision image(String name, Reason reason, Timing timing, Stage... stages) {
    boolean verified = reason == Reason.SIGNATURE_VALID;
    return new ImageDecision(
        "app",
        "container",
        name,
        Optional.of("docker.io/" + name),
        verified ? Optional.of(DIGEST) : Optional.empty(),
        verified,
        Optional.of(new RuleRef(3, "docker.io/*:*", List.of("*:*"))),
        List.of(new ValidatorRef("default", "notaryV1", "n.example:4443")),
        reason.verdict(),
        reason,
        Mode.ENFORCE,
        verified ? "" : "what failed",
        verified ? List.of(new Signer("targets/lou", "ab", "ecdsa-p256", false)) : List.of(),
        verified ? Optional.of(trust()) : Optional.empty(),
        Optional.of(timing),
        List.of(stages),
        List.of(),
        List.of());
  }

  /** A verified image with one stage of each kind. */
  static ImageDecision verified(String name) {
    return image(
        name,
        Reason.SIGNATURE_VALID,
        timing(2, 80),
        stage("memory", "", 2, 0, "miss"),
        stage("queue", "", 2, 1, ""),
        stage("token", "auth.example:443", 3, 10, "200"),
        stage("timestamp", "n.example:4443", 13, 30, "200"),
        stage("targets/lou", "n.example:4443", 13, 30, "404"),
        stage("verify root", "", 50, 5, ""),
        stage("verify timestamp", "", 55, 5, ""),
        stage("verify targets/lou", "", 60, 5, ""));
  }

  static Timing timing(long start, long took) {
    return new Timing(Duration.ofMillis(start), Duration.ofMillis(took), false);
  }

  /** A stage that ended, in milliseconds; empty texts for none. */
  static Stage stage(String name, String host, long start, long took, String note) {
    return new Stage(
        name,
        host.isEmpty() ? Optional.empty() : Optional.of(host),
        Duration.ofMillis(start),
        Duration.ofMillis(took),
        false,
        note.isEmpty() ? Optional.empty() : Optional.of(note));
  }

  /** A stage that had not ended. */
  static Stage open(String name, String host, long start, long took) {
    return new Stage(
        name,
        Optional.of(host),
        Duration.ofMillis(start),
        Duration.ofMillis(took),
        true,
        Optional.empty());
  }

  private static TrustFacts trust() {
    return new TrustFacts(
        List.of("default"),
        List.of(
            new RoleTrust(
                "root", 4, Instant.parse("2030-01-01T00:00:00Z"), 1, List.of("ab", "cd"), "ee"),
            new RoleTrust(
                "timestamp", 310, Instant.parse("2027-01-01T00:00:00Z"), 1, List.of("cd"), "ff")),
        "fresh",
        Optional.empty(),
        false);
  }
}
