package dev.assayer.cli;

import dev.assayer.alerting.Templates;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.Finding;
import dev.assayer.config.HmacKey;
import dev.assayer.config.LoadResult;
import dev.assayer.config.RuleConfig;
import dev.assayer.config.Severity;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.policy.PatternFindings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code config check} found.
 *
 * @param file the file as named
 * @param config what it says, unless it holds errors
 * @param findings by line
 * @param strict whether a warning is an error
 */
record CheckReport(String file, Optional<Config> config, List<Finding> findings, boolean strict) {

  static CheckReport of(Path file, boolean strict) {
    return switch (Templates.check(new ConfigLoader().load(file))) {
      case LoadResult.Loaded(Config config, List<Finding> findings) ->
          new CheckReport(
              file.toString(),
              Optional.of(config),
              Stream.of(findings, patterns(config), HmacKey.problem(config).stream().toList())
                  .flatMap(List::stream)
                  .sorted(Comparator.comparingInt(Finding::line))
                  .toList(),
              strict);
      case LoadResult.Refused(List<Finding> errors) ->
          new CheckReport(
              file.toString(),
              Optional.empty(),
              errors.stream().sorted(Comparator.comparingInt(Finding::line)).toList(),
              strict);
    };
  }

  private static List<Finding> patterns(Config config) {
    List<Finding> findings = new ArrayList<>();
    for (dev.assayer.policy.Finding found :
        PatternFindings.of(config.policy(), RuleConfig::pattern, CheckReport::covers)) {
      RuleConfig rule = config.policy().get(found.index());
      findings.add(
          new Finding(
              Severity.WARNING,
              config.source(),
              rule.line(),
              0,
              "policy[" + found.index() + "].pattern",
              rule.pattern(),
              clause(found.message(), "policy[" + found.index() + "] "),
              clause(found.fix(), "")));
    }
    return findings;
  }

  /** Whether one rule is for every namespace that the other is for. */
  private static boolean covers(RuleConfig winner, RuleConfig loser) {
    return winner.namespaces().isEmpty()
        || (!loser.namespaces().isEmpty() && winner.namespaces().containsAll(loser.namespaces()));
  }

  /** The sentence as a clause: without what the finding says elsewhere, and no full stop. */
  private static String clause(String sentence, String prefix) {
    String rest = sentence.startsWith(prefix) ? sentence.substring(prefix.length()) : sentence;
    String clause = rest.endsWith(".") ? rest.substring(0, rest.length() - 1) : rest;
    return clause.isEmpty()
        ? clause
        : clause.substring(0, 1).toLowerCase(Locale.ROOT) + clause.substring(1);
  }

  boolean valid() {
    return config.isPresent()
        && findings.stream().allMatch(f -> f.severity() == Severity.WARNING && !strict);
  }

  String text() {
    List<String> lines = new ArrayList<>();
    findings.forEach(finding -> lines.add(Screen.line(line(finding))));
    lines.add(Screen.line(file) + " is " + (valid() ? "valid: " : "not valid: ") + summary());
    return String.join("\n", lines);
  }

  private String line(Finding finding) {
    StringBuilder line = new StringBuilder(finding.source()).append(':');
    if (finding.line() > 0) {
      line.append(finding.line()).append(':');
    }
    if (finding.column() > 0) {
      line.append(finding.column()).append(':');
    }
    line.append(' ').append(weight(finding)).append(": ");
    if (!finding.field().isEmpty()) {
      line.append(finding.field()).append(": ");
    }
    return line.append(finding.problem()).append("; ").append(finding.remedy()).toString();
  }

  private String weight(Finding finding) {
    return finding.severity() == Severity.WARNING && !strict ? "warning" : "error";
  }

  private String summary() {
    long errors = findings.stream().filter(f -> weight(f).equals("error")).count();
    long warnings = findings.size() - errors;
    String counts =
        (errors > 0 ? count(errors, "error") : "")
            + (errors > 0 && warnings > 0 ? ", " : "")
            + (warnings > 0 ? count(warnings, "warning") : "");
    if (!valid()) {
      return counts;
    }
    Config valid = config.orElseThrow();
    return count(valid.policy().size(), "rule")
        + ", "
        + count(valid.validators().size(), "validator")
        + (counts.isEmpty() ? "" : ", " + counts)
        + ", policy digest "
        + valid.policyDigest();
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  String json() {
    return JsonText.compact(
        JsonObject.builder()
            .put("file", file)
            .put("valid", valid())
            .put("strict", strict)
            .put("rules", number(config.map(c -> c.policy().size())))
            .put("validators", number(config.map(c -> c.validators().size())))
            .put("policy_digest", text(config.map(Config::policyDigest)))
            .put("trust_root_digest", text(config.map(Config::trustRootDigest)))
            .put("findings", new JsonArray(findings.stream().map(CheckReport::json).toList()))
            .build());
  }

  private static Json json(Finding finding) {
    return JsonObject.builder()
        .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
        .put("line", finding.line())
        .put("column", finding.column())
        .put("field", finding.field())
        .put("value", finding.value())
        .put("problem", finding.problem())
        .put("remedy", finding.remedy())
        .build();
  }

  private static Json number(Optional<Integer> number) {
    return number.map(Json::of).orElse(JsonNull.NULL);
  }

  private static Json text(Optional<String> text) {
    return text.map(Json::of).orElse(JsonNull.NULL);
  }
}
