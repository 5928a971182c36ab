package dev.assayer.cli;

import dev.assayer.admission.MatchReport;
import dev.assayer.config.RuleConfig;
import dev.assayer.image.Printable;
import dev.assayer.json.JsonText;

/** What {@code policy match} says of one image, for people. */
final class MatchText {
  private MatchText() {}

  /** Several lines. */
  static String of(MatchReport report) {
    StringBuilder text =
        new StringBuilder(Printable.quoted(report.image()))
            .append("\n  name  ")
            .append(report.name());
    text.append("\n  rule  ");
    if (report.winner().isPresent()) {
      RuleConfig rule = report.winner().get().rule();
      text.append("policy[").append(rule.index()).append("] ");
      text.append(Screen.line(JsonText.compact(rule.asConfigured())));
      text.append(" (line ").append(rule.line()).append(')');
      text.append("\n  does  ").append(Screen.line(MatchReport.meaning(rule)));
    } else {
      text.append("none");
    }
    String label = "\n  why   ";
    for (String sentence : report.why()) {
      text.append(label).append(Screen.line(sentence));
      label = "\n        ";
    }
    return text.toString();
  }
}
