package dev.assayer.cli;

import dev.assayer.audit.LogRecords;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What would be denied once it is enforced, grouped: what to sign, to exempt or to repair before
 * that. Holds a line for each namespace, image and reason, whatever the length of the log.
 */
final class WouldDenyReport {
  private static final List<String> COLUMNS =
      List.of("count", "first", "last", "namespace", "image", "reason", "rule");

  /** An image in a namespace, and what is wrong with it. */
  private record Key(String namespace, String image, String reason, String rule)
      implements Comparable<Key> {
    private String sorted() {
      return namespace + '\n' + image + '\n' + reason + '\n' + rule;
    }

    @Override
    public int compareTo(Key other) {
      return sorted().compareTo(other.sorted());
    }
  }

  private record Seen(long count, String first, String last) {
    Seen and(Seen more) {
      return new Seen(
          count + more.count(),
          first.compareTo(more.first()) <= 0 ? first : more.first(),
          last.compareTo(more.last()) >= 0 ? last : more.last());
    }
  }

  private final Map<Key, Seen> groups = new TreeMap<>();

  /** Adds a decision that was allowed though its verdict does not admit. */
  void add(LogRecords.Found found) {
    AuditRow row = AuditRow.of(found);
    Seen once = new Seen(1, row.time(), row.time());
    List<Key> bad =
        AuditRow.images(found.record()).stream()
            .filter(image -> !AuditFilter.admits(AuditRow.text(image, "verdict")))
            .map(image ->
                new Key(
                    row.namespace(),
                    AuditRow.text(image, "requested"),
                    AuditRow.text(image, "reason"),
                    AuditRow.text(image, "rule", "pattern")))
            .distinct()
            .toList();
    if (bad.isEmpty()) {
      bad = List.of(new Key(row.namespace(), row.object(), row.reason(), ""));
    }
    bad.forEach(key -> groups.merge(key, once, Seen::and));
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    groups.forEach((key, seen) ->
        rows.add(
            List.of(
                String.valueOf(seen.count()),
                seen.first(),
                seen.last(),
                key.namespace(),
                key.image(),
                key.reason(),
                key.rule())));
    return rows;
  }

  List<String> text() {
    if (groups.isEmpty()) {
      return List.of("nothing in this log would be denied once it is enforced");
    }
    Table table = new Table(COLUMNS.toArray(String[]::new));
    rows().forEach(row -> table.row(row.toArray(String[]::new)));
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add("Each line is denied once it is enforced. Sign the image, repair what its reason");
    lines.add("names, or add a rule that exempts it; then look again. What the reasons mean:");
    TreeSet<String> reasons = new TreeSet<>();
    groups.keySet().forEach(key -> reasons.add(key.reason()));
    reasons.forEach(reason -> lines.add("  docs/reasons.md#" + Screen.line(reason)));
    return lines;
  }

  List<String> csv() {
    List<String> lines = new ArrayList<>();
    lines.add(String.join(",", COLUMNS));
    rows().forEach(row -> lines.add(Csv.line(row)));
    return lines;
  }

  List<String> json() {
    List<String> lines = new ArrayList<>();
    groups.forEach((key, seen) ->
        lines.add(
            JsonText.compact(
                JsonObject.builder()
                    .put("count", seen.count())
                    .put("first", seen.first())
                    .put("last", seen.last())
                    .put("namespace", key.namespace())
                    .put("image", key.image())
                    .put("reason", key.reason())
                    .put("rule", key.rule())
                    .build())));
    return lines;
  }
}
