package dev.assayer.cli;

import dev.assayer.admission.MatchReport;
import dev.assayer.admission.Policy;
import dev.assayer.config.PolicyCase;
import dev.assayer.config.PolicySuite;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.trial.CaseResult;
import dev.assayer.trial.CaseResult.Mismatch;
import dev.assayer.trial.SuiteResult;
import dev.assayer.trial.SuiteResult.Gap;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code policy test} says.
 *
 * @param results of each file
 * @param requireCoverage whether a rule that decided no case is a failure
 */
record PolicyTestReport(List<SuiteResult> results, boolean requireCoverage) {
  /** A longer text is cut for people; programs get all of it. */
  private static final int MOST_CHARS = 240;

  private static final int LABEL_WIDTH = 10;

  PolicyTestReport {
    results = List.copyOf(results);
  }

  boolean passed() {
    return failures() == 0 && !(requireCoverage && !gaps().isEmpty());
  }

  private long failures() {
    return results.stream().mapToLong(SuiteResult::failures).sum();
  }

  private long cases() {
    return results.stream().mapToLong(result -> result.cases().size()).sum();
  }

  private List<Gap> gaps() {
    return SuiteResult.gaps(results);
  }

  /**
   * The lines for people.
   *
   * @param symbols whether the screen shows more than ASCII
   */
  List<String> lines(boolean symbols) {
    List<String> lines = new ArrayList<>();
    for (SuiteResult result : results) {
      lines.add(shown(result.suite().source()));
      Policy policy = Policy.of(result.suite().config());
      for (CaseResult tested : result.cases()) {
        lines.add("  " + mark(tested.passed(), symbols) + " " + shown(tested.tested().name()));
        if (!tested.passed()) {
          lines.addAll(failure(result.suite(), tested, policy));
        }
      }
    }
    for (Gap gap : gaps()) {
      lines.add(
          (requireCoverage ? "error" : "note")
              + ": no case exercises policy["
              + gap.rule().index()
              + "] \""
              + shown(gap.rule().pattern())
              + "\" ("
              + shown(gap.configFile())
              + ":"
              + gap.rule().line()
              + ")");
    }
    lines.add((cases() - failures()) + " passed, " + failures() + " failed");
    return lines;
  }

  private static String mark(boolean passed, boolean symbols) {
    if (symbols) {
      return passed ? "\u2714" : "\u2716";
    }
    return passed ? "ok  " : "FAIL";
  }

  /** What was expected and found, and how the rule came to win. */
  static List<String> failure(PolicySuite suite, CaseResult tested, Policy policy) {
    List<String> lines = new ArrayList<>();
    PolicyCase written = tested.tested();
    lines.add(field("case", shown(suite.source()) + ":" + written.line()));
    lines.add(field("image", shown(written.image())));
    for (Mismatch pair : tested.mismatches()) {
      lines.add(field(pair.field(), difference(pair)));
    }
    if (!tested.detail().isEmpty()) {
      lines.add(field("because", shown(tested.detail())));
    }
    String label = "why";
    for (String sentence : why(written, policy)) {
      lines.add(field(label, shown(sentence)));
      label = "";
    }
    return lines;
  }

  /** The differences on one line. */
  static String summary(CaseResult tested) {
    return String.join(
        "; ",
        tested.mismatches().stream().map(pair -> pair.field() + ": " + difference(pair)).toList());
  }

  private static String difference(Mismatch pair) {
    return "expected " + shown(text(pair.expected())) + ", found " + shown(text(pair.found()));
  }

  private static String field(String label, String text) {
    return " ".repeat(7) + label + " ".repeat(LABEL_WIDTH - label.length()) + text;
  }

  private static List<String> why(PolicyCase tested, Policy policy) {
    return switch (ImageReference.parse(tested.image())) {
      case ReferenceResult.Valid(ImageReference reference) ->
          MatchReport.of(tested.image(), reference, policy.explain(reference, tested.namespace()))
              .why();
      case ReferenceResult.Invalid invalid ->
          List.of("No rule is looked up: " + invalid.detail() + ".");
    };
  }

  /** On one line, harmless and not too long. */
  private static String shown(String text) {
    int length = text.codePointCount(0, text.length());
    return length <= MOST_CHARS
        ? Screen.line(text)
        : Screen.line(text.substring(0, text.offsetByCodePoints(0, MOST_CHARS)))
            + "… ("
            + length
            + " characters)";
  }

  private static String text(Json value) {
    return switch (value) {
      case JsonNull _ -> "nothing";
      default -> value.asString().orElseGet(() -> JsonText.compact(value));
    };
  }

  JsonObject json() {
    List<Json> all = new ArrayList<>();
    for (SuiteResult result : results) {
      Policy policy = Policy.of(result.suite().config());
      result.cases().forEach(tested -> all.add(json(result.suite(), tested, policy)));
    }
    return JsonObject.builder()
        .put("passed", passed())
        .put("cases", cases())
        .put("failures", failures())
        .put("results", new JsonArray(all))
        .put("unexercised", new JsonArray(gaps().stream().map(PolicyTestReport::json).toList()))
        .build();
  }

  private static Json json(PolicySuite suite, CaseResult tested, Policy policy) {
    PolicyCase written = tested.tested();
    return JsonObject.builder()
        .put("file", suite.source())
        .put("line", written.line())
        .put("config", suite.configFile().toString())
        .put("name", written.name())
        .put("passed", tested.passed())
        .put("image", written.image())
        .put("expected", written.expected())
        .put("found", tested.found())
        .put("differs", tested.mismatches().stream().map(Mismatch::field).toList())
        .put("detail", tested.detail())
        .put("why", why(written, policy))
        .build();
  }

  private static Json json(Gap gap) {
    return JsonObject.builder()
        .put("config", gap.configFile())
        .put("line", gap.rule().line())
        .put("index", gap.rule().index())
        .put("pattern", gap.rule().pattern())
        .build();
  }
}
