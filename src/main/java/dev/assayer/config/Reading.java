package dev.assayer.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What one load gathers on its way: findings, known fields, files referred to. */
final class Reading {
  static final int MAX_ERRORS = 100;

  private static final Comparator<Finding> FILE_ORDER =
      Comparator.comparingInt(Finding::line).thenComparingInt(Finding::column);

  private final String source;
  private final ReferencedFiles files;
  private final List<Finding> errors = new ArrayList<>();
  private final List<Finding> others = new ArrayList<>();
  private final Set<String> knownFields = new TreeSet<>();
  private boolean tooMany;

  Reading(String source, ReferencedFiles files) {
    this.source = source;
    this.files = files;
  }

  String source() {
    return source;
  }

  ReferencedFiles files() {
    return files;
  }

  /** An error about a value that may be shown. */
  void error(Field field, String problem, String remedy) {
    add(Severity.ERROR, field, value(field), problem, remedy);
  }

  /** An error about a value that must not be shown. */
  void secretError(Field field, String problem, String remedy) {
    add(Severity.ERROR, field, "", problem, remedy);
  }

  void deferred(Field field, String problem, String remedy) {
    add(Severity.DEFERRED, field, "", problem, remedy);
  }

  void warning(Field field, String problem, String remedy) {
    add(Severity.WARNING, field, value(field), problem, remedy);
  }

  /** Adds a finding that does not refuse the file and was made elsewhere. */
  void note(Finding finding) {
    others.add(finding);
  }

  /** Notes that the reader knows a field, list indices replaced by {@code []}. */
  void known(String path) {
    StringBuilder plain = new StringBuilder();
    boolean index = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      index = c == '[' || (index && c != ']');
      if (!index || c == '[') {
        plain.append(c);
      }
    }
    knownFields.add(plain.toString());
  }

  /** Every field the reader asked for so far, such as {@code validators[].host}. */
  Set<String> knownFields() {
    return Set.copyOf(knownFields);
  }

  /** Whether further errors would only be counted as more than can be shown. */
  boolean full() {
    return tooMany;
  }

  boolean failed() {
    return !errors.isEmpty();
  }

  LoadResult.Refused refused() {
    List<Finding> sorted = new ArrayList<>(errors.stream().sorted(FILE_ORDER).toList());
    if (tooMany) {
      sorted.add(
          new Finding(
              Severity.ERROR,
              source,
              0,
              0,
              "",
              "",
              "holds more than " + MAX_ERRORS + " errors",
              "correct those shown and load it again"));
    }
    return new LoadResult.Refused(List.copyOf(sorted));
  }

  /** Findings that do not refuse the file, in file order. */
  List<Finding> findings() {
    return others.stream().sorted(FILE_ORDER).toList();
  }

  private static String value(Field field) {
    return field.node() instanceof YamlNode.Scalar scalar ? Shown.of(scalar.text()) : "";
  }

  private void add(Severity severity, Field field, String value, String problem, String remedy) {
    if (severity == Severity.ERROR && errors.size() >= MAX_ERRORS) {
      tooMany = true;
      return;
    }
    YamlNode node = field.node();
    (severity == Severity.ERROR ? errors : others)
        .add(
            new Finding(
                severity,
                source,
                node.line(),
                node.column(),
                Shown.of(field.path()),
                value,
                problem,
                remedy));
  }
}
