package dev.assayer.config;

import dev.assayer.config.Change.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Gathers what one conversion does; errors, which leave no safe conversion, go to the reading. */
final class ConversionLog {
  private static final Comparator<Change> FILE_ORDER =
      Comparator.comparingInt(Change::line).thenComparingInt(Change::column);

  private final Reading reading;
  private final List<Change> changes = new ArrayList<>();

  ConversionLog(Reading reading) {
    this.reading = reading;
  }

  /** Means the same here. */
  void converted(Field from, String became) {
    add(Kind.CONVERTED, from, became, "", "", List.of(), false);
  }

  /** Means the same here, which is not obvious. */
  void converted(Field from, String became, String note) {
    add(Kind.CONVERTED, from, became, note, "", List.of(), false);
  }

  /** Means something else, and admits nothing that was denied. */
  void changed(Field from, String became, String meaning, String remedy, List<Integer> rules) {
    add(Kind.CHANGED, from, became, meaning, remedy, rules, false);
  }

  /** Means something else, and may admit what was denied. */
  void loosened(Field from, String became, String meaning, String remedy, List<Integer> rules) {
    add(Kind.CHANGED, from, became, meaning, remedy, rules, true);
  }

  void elsewhere(Field from, String meaning, String remedy) {
    add(Kind.ELSEWHERE, from, "", meaning, remedy, List.of(), false);
  }

  void notConverted(Field from, String meaning, String remedy, List<Integer> rules) {
    add(Kind.NOT_CONVERTED, from, "", meaning, remedy, rules, false);
  }

  void refuse(Field from, String problem, String remedy) {
    reading.secretError(from, problem, remedy);
  }

  private void add(
      Kind kind,
      Field from,
      String became,
      String meaning,
      String remedy,
      List<Integer> rules,
      boolean more) {
    YamlNode node = from.node();
    changes.add(
        new Change(
            kind,
            node.line(),
            node.column(),
            Shown.of(from.path()),
            became,
            meaning,
            remedy,
            rules,
            more));
  }

  /** In the order of the file. */
  List<Change> changes() {
    return changes.stream().sorted(FILE_ORDER).toList();
  }

  /** Notes every key below as one that could be read as configuration, but is none of ours. */
  void unknown(ConnaisseurSection section, Set<String> known) {
    section
        .rest()
        .forEach(field ->
            notConverted(
                field,
                "no documented key of Connaisseur",
                Nearest.remedy(ConnaisseurSection.last(field), known),
                List.of()));
  }
}
