package dev.assayer.config;

/** A text that is not YAML, or more YAML than a configuration needs. */
final class YamlProblem extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;
  private final String remedy;

  YamlProblem(int line, int column, String problem, String remedy) {
    super(problem, null, false, false);
    this.line = line;
    this.column = column;
    this.remedy = remedy;
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }

  String problem() {
    return String.valueOf(getMessage());
  }

  String remedy() {
    return remedy;
  }
}
