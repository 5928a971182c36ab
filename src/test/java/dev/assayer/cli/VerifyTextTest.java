package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Stage;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerifyTextTest {
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
  private static final String DIGEST = "sha256:" + "0c".repeat(32);

  @Test
  void aVerifiedImageShowsAllThatTheVerdictRestsOn() {
    assertThat(new VerifyText(verified("ok"), AT, false).text())
        .isEqualTo(
            """
            verified [signature_valid] "acme/app:1"
              name       docker.io/acme/app:1
              pinned     docker.io/acme/app:1@%s
              detail     ok
              rule       policy[3] "docker.io/acme/*:*", won over "*:*", "docker.io/*:*"
              validator  default (notaryV1) at notary.example.com
              digest     %s
              trust root acme
              chain      role              version  expires               days left  signatures  keys
                         root                    2  2026-11-23T11:59:59Z          0  2 of 2      aaaaaaaaaaaa, bbbbbbbbbbbb
                         targets/releases       17  2026-11-21T12:00:00Z         -1  1 of 1      cccccccccccc
              freshness  memory, 12.3 s old
              signer     targets/releases  %s  ecdsa-p256  (first seen)
              warning    the root certificate expired
              stages     stage      waits for           from ms  took ms  note
                         timestamp  notary.example.com      0.0     12.5
                         verify                            12.5      3.0  not ended remembered\
            """
                .formatted(DIGEST, DIGEST, "c".repeat(64)));
  }

  @Test
  void textFromAServerCannotWriteOnTheScreen() {
    String text = new VerifyText(verified("a\u001b[2J\nb\u202e"), AT, false).text();
    assertThat(text).contains("a\\u{1b}[2J\\u{a}b\\u{202e}").doesNotContain("\u001b", "\u202e");
  }

  private static ImageDecision verified(String detail) {
    return new ImageDecision(
        "",
        "container",
        "acme/app:1",
        Optional.of("docker.io/acme/app:1"),
        Optional.of(DIGEST),
        false,
        Optional.of(new RuleRef(3, "docker.io/acme/*:*", List.of("*:*", "docker.io/*:*"))),
        List.of(new ValidatorRef("default", "notaryV1", "notary.example.com")),
        Reason.SIGNATURE_VALID.verdict(),
        Reason.SIGNATURE_VALID,
        Mode.ENFORCE,
        detail,
        List.of(new Signer("targets/releases", "c".repeat(64), "ecdsa-p256", true)),
        Optional.of(
            new TrustFacts(
                List.of("acme"),
                List.of(
                    new RoleTrust(
                        "root",
                        2,
                        Instant.parse("2026-11-23T11:59:59.9Z"),
                        2,
                        List.of("a".repeat(64), "b".repeat(64)),
                        "d".repeat(64)),
                    new RoleTrust(
                        "targets/releases",
                        17,
                        Instant.parse("2026-11-21T12:00:00Z"),
                        1,
                        List.of("c".repeat(64)),
                        "e".repeat(64))),
                "memory",
                Optional.of(Duration.ofMillis(12_345)),
                false)),
        Optional.empty(),
        List.of(
            new Stage(
                "timestamp",
                Optional.of("notary.example.com"),
                Duration.ZERO,
                Duration.ofNanos(12_500_000),
                false,
                Optional.empty()),
            new Stage(
                "verify",
                Optional.empty(),
                Duration.ofNanos(12_500_000),
                Duration.ofMillis(3),
                true,
                Optional.of("remembered"))),
        List.of("the root certificate expired"),
        List.of());
  }
}
