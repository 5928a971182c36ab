package dev.assayer.cli;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Stage;
import dev.assayer.decision.TrustFacts;
import dev.assayer.image.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code verify} shows people of one image. */
final class VerifyText {
  private static final int LABEL_WIDTH = 11;
  private static final int SHORT_KEY = 12;

  private final ImageDecision decision;
  private final Instant at;
  private final boolean symbols;
  private final List<String> lines = new ArrayList<>();

  /**
   * Prepares the text.
   *
   * @param at the instant that days left are counted from
   * @param symbols whether the screen shows more than ASCII
   */
  VerifyText(ImageDecision decision, Instant at, boolean symbols) {
    this.decision = decision;
    this.at = at;
    this.symbols = symbols;
  }

  /** The lines, the verdict first. */
  String text() {
    lines.add(verdict());
    decision.normalised().ifPresent(name -> field("name", name));
    Pinned.text(decision).ifPresent(name -> field("pinned", name));
    if (!decision.detail().isEmpty()) {
      field("detail", decision.detail());
    }
    if (!decision.verdict().admits()) {
      field("remedy", "docs/reasons.md#" + decision.reason().code());
    }
    if (decision.mode() != Mode.ENFORCE) {
      field("mode", decision.mode().code() + ": recorded, never denied");
    }
    decision.rule().ifPresent(rule -> field("rule", rule(rule)));
    fields(
        "validator",
        decision.validators().stream()
            .map(v -> v.name() + " (" + v.type() + ")" + upstream(v.upstream()))
            .toList());
    decision.digest().ifPresent(digest -> field("digest", digest));
    decision.trust().ifPresent(this::trust);
    fields(
        "signer",
        decision.signers().stream()
            .map(s ->
                s.role()
                    + "  "
                    + s.keyId()
                    + "  "
                    + s.algorithm()
                    + (s.firstSeen() ? "  (first seen)" : ""))
            .toList());
    fields("warning", decision.warnings());
    stages();
    return String.join("\n", lines);
  }

  private String verdict() {
    boolean admits = decision.verdict().admits();
    String mark = symbols ? (admits ? "\u2714 " : "\u2718 ") : "";
    return mark
        + decision.verdict().code()
        + " ["
        + decision.reason().code()
        + "] "
        + Printable.quoted(decision.requested());
  }

  private static String upstream(String host) {
    return host.equals("-") ? "" : " at " + host;
  }

  private static String rule(RuleRef rule) {
    String over =
        rule.wonOver().isEmpty()
            ? ""
            : ", won over "
                + String.join(", ", rule.wonOver().stream().map(Printable::quoted).toList());
    return "policy[" + rule.index() + "] " + Printable.quoted(rule.pattern()) + over;
  }

  private void trust(TrustFacts trust) {
    Table table = new Table("role", "version", "expires", "days left", "signatures", "keys");
    for (RoleTrust role : trust.chain()) {
      table.row(
          role.role(),
          Long.toString(role.version()),
          role.expires().truncatedTo(ChronoUnit.SECONDS).toString(),
          Long.toString(Math.floorDiv(Duration.between(at, role.expires()).toSeconds(), 86_400L)),
          role.signedBy().size() + " of " + role.threshold(),
          String.join(", ", role.signedBy().stream().map(VerifyText::shortened).toList()));
    }
    if (!trust.rootKeys().isEmpty()) {
      field("trust root", String.join(", ", trust.rootKeys()));
    }
    if (!trust.chain().isEmpty()) {
      fields("chain", table.lines());
    }
    String age = trust.age().map(a -> ", " + seconds(a) + " s old").orElse("");
    field("freshness", trust.freshness() + age);
  }

  private static String shortened(String keyId) {
    return keyId.length() > SHORT_KEY ? keyId.substring(0, SHORT_KEY) : keyId;
  }

  private void stages() {
    if (decision.stages().isEmpty()) {
      return;
    }
    Table table = new Table("stage", "waits for", "from ms", "took ms", "note");
    for (Stage stage : decision.stages()) {
      String note = stage.note().orElse("");
      table.row(
          stage.name(),
          stage.dependency().orElse(""),
          millis(stage.start()),
          millis(stage.duration()),
          stage.open() ? ("not ended " + note).strip() : note);
    }
    fields("stages", table.lines());
  }

  private void fields(String name, List<String> values) {
    String label = name;
    for (String value : values) {
      field(label, value);
      label = "";
    }
  }

  private void field(String name, String value) {
    lines.add("  " + name + " ".repeat(LABEL_WIDTH - name.length()) + Screen.line(value));
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toNanos() / 1e6);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1e3);
  }
}
