package dev.assayer.cli;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Lines of comma-separated values (RFC 4180). A cell that a spreadsheet would take for a formula
 * begins with an apostrophe; control characters are shown as on a screen.
 */
final class Csv {
  private static final String FORMULAS = "=+-@";

  private Csv() {}

  static String line(List<String> cells) {
    return cells.stream().map(Csv::cell).collect(Collectors.joining(","));
  }

  private static String cell(String value) {
    String shown = Screen.line(value);
    String start = shown.stripLeading();
    boolean formula = !start.isEmpty() && FORMULAS.indexOf(start.charAt(0)) >= 0;
    String safe = formula ? "'" + shown : shown;
    return safe.contains(",") || safe.contains("\"")
        ? "\"" + safe.replace("\"", "\"\"") + "\""
        : safe;
  }
}
