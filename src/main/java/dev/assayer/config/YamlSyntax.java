package dev.assayer.config;

import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/** Turns the YAML parser's complaints into sentences; never quotes the file's text. */
final class YamlSyntax {

  private YamlSyntax() {}

  static YamlProblem explain(String text, RuntimeException exception) {
    return switch (exception) {
      case MarkedYamlEngineException marked -> marked(marked);
      case ReaderException reader -> unprintable(text, reader);
      default -> new YamlProblem(0, 0, "cannot be read as YAML", "check the file's syntax");
    };
  }

  private static YamlProblem marked(MarkedYamlEngineException exception) {
    Optional<Mark> mark = exception.getProblemMark().or(exception::getContextMark);
    int line = mark.map(at -> at.getLine() + 1).orElse(0);
    int column = mark.map(at -> at.getColumn() + 1).orElse(0);
    String problem = String.valueOf(exception.getProblem());
    String context = String.valueOf(exception.getContext());
    if (problem.contains("TAB") || problem.contains("\\t")) {
      return new YamlProblem(line, column, "a tab stands where YAML wants spaces", "use spaces");
    }
    if (context.contains("alias") || context.contains("anchor")) {
      return new YamlProblem(
          line,
          column,
          "not valid YAML: " + plain(problem),
          "a value that starts with * or & needs quotes, such as \"*:*\"");
    }
    return new YamlProblem(
        line,
        column,
        "not valid YAML: " + plain(problem),
        "check indentation, quotes and brackets at and before this line");
  }

  private static YamlProblem unprintable(String text, ReaderException exception) {
    int line = 1;
    int column = 1;
    int end = text.offsetByCodePoints(0, Math.min(exception.getPosition(), codePoints(text)));
    for (int i = 0; i < end; i = text.offsetByCodePoints(i, 1)) {
      column++;
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      }
    }
    return new YamlProblem(
        line,
        column,
        String.format(
            Locale.ROOT, "holds the unprintable character U+%04X", exception.getCodePoint()),
        "remove it, or write it as an escape in double quotes");
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String plain(String problem) {
    return Shown.of(problem.strip());
  }
}
