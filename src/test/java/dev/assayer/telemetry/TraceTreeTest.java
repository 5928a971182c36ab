package dev.assayer.telemetry;

import static dev.assayer.telemetry.TracedDecisions.image;
import static dev.assayer.telemetry.TracedDecisions.open;
import static dev.assayer.telemetry.TracedDecisions.timing;
import static dev.assayer.telemetry.TracedDecisions.verified;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceTreeTest {
  private static List<String> tree(Decision decision) {
    return TraceTree.lines(decision).stream().map(line -> line.replaceAll(" {2,}", " ")).toList();
  }

  @Test
  void aDecisionIsShownAsAnIndentedTreeWithTimesDependenciesAndOutcomes() {
    assertThat(
            tree(
                TracedDecisions.of(
                    Reason.SIGNATURE_VALID, Optional.empty(), verified("acme/app:1"))))
        .containsExactly(
            "POST /mutate 85.000 ms allowed verified [signature_valid]",
            "├─ review.parse 1.000 ms 512 bytes",
            "├─ policy.select 1.000 ms",
            "├─ image.verify docker.io/acme/app:1 80.000 ms verified [signature_valid]",
            "│ ├─ cache.lookup 0.000 ms miss",
            "│ ├─ upstream.queue 1.000 ms",
            "│ ├─ token.fetch 10.000 ms auth.example:443 200",
            "│ ├─ notary.fetch timestamp 30.000 ms n.example:4443 200",
            "│ ├─ notary.fetch targets/lou 30.000 ms n.example:4443 404",
            "│ ├─ verify.root root 5.000 ms",
            "│ ├─ verify.tuf timestamp 5.000 ms",
            "│ └─ verify.delegations targets/lou 5.000 ms",
            "├─ patch.build 1.000 ms 1 operations",
            "└─ response.encode 1.000 ms 900 bytes");
  }

  @Test
  void theCulpritOfATimeOutIsNamed() {
    assertThat(
            tree(
                TracedDecisions.of(
                    Reason.UPSTREAM_TIMEOUT,
                    Optional.empty(),
                    image(
                        "acme/app:1",
                        Reason.UPSTREAM_TIMEOUT,
                        timing(2, 80),
                        open("timestamp", "n.example", 3, 79)))))
        .contains("│ └─ notary.fetch timestamp 79.000 ms n.example upstream_timeout");
  }

  @Test
  void aNameCannotForgeALineOfTheTree() {
    Decision decision =
        TracedDecisions.of(
            Reason.TAG_NOT_SIGNED,
            Optional.empty(),
            image("x\n├─ image.verify evil\u202e", Reason.TAG_NOT_SIGNED, timing(2, 1)));
    assertThat(TraceTree.lines(decision))
        .hasSize(6)
        .allMatch(line -> line.chars().noneMatch(c -> c == '\n' || c == 0x202e));
  }
}
