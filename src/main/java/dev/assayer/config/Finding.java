package dev.assayer.config;

/**
 * One mistake or doubt in a configuration file. No component ever holds a secret or key material.
 *
 * @param severity what the finding does to the file
 * @param source name of the file, as given to the loader
 * @param line line of the mistake, from 1; 0 where the whole file is meant
 * @param column column of the mistake, from 1; 0 where the whole file is meant
 * @param field dotted path, such as {@code validators[0].trustRoots[1].key}; empty for the whole
 *     file
 * @param value the value as written, on one line and capped; empty where it is secret, or not a
 *     scalar
 * @param problem what is wrong
 * @param remedy what to do about it
 */
public record Finding(
    Severity severity,
    String source,
    int line,
    int column,
    String field,
    String value,
    String problem,
    String remedy) {

  /**
   * One line for people: {@code config.yaml:12:5: validators[0].hst: unknown field "hst"; did you
   * mean "host"?}.
   */
  public String text() {
    StringBuilder text = new StringBuilder(source).append(':');
    if (line > 0) {
      text.append(line).append(':').append(column).append(':');
    }
    if (!field.isEmpty()) {
      text.append(' ').append(field).append(':');
    }
    return text.append(' ').append(problem).append("; ").append(remedy).toString();
  }
}
