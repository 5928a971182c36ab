package dev.assayer.cli;

import dev.assayer.config.Change;
import dev.assayer.config.Change.Kind;
import dev.assayer.config.ConversionResult;
import dev.assayer.config.Finding;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code config convert} says beside its result. */
record ConversionReport(ConversionResult.Converted converted) {
  private static final int SHOWN_RULES = 12;

  /** Whether every part has something of ours. */
  boolean complete() {
    return of(Kind.NOT_CONVERTED).isEmpty();
  }

  /** Lines for people, the most important first. */
  List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add("Connaisseur " + converted.generation() + ": " + summary());
    part(lines, Kind.NOT_CONVERTED, "Not converted:");
    part(lines, Kind.CHANGED, "Changes its meaning:");
    part(lines, Kind.ELSEWHERE, "Not in this file, but in the chart or the environment:");
    part(lines, Kind.CONVERTED, "Converted:");
    return lines.stream().map(Screen::line).toList();
  }

  private String summary() {
    long loud = of(Kind.CHANGED).stream().filter(Change::mayAdmitMore).count();
    return of(Kind.CONVERTED).size()
        + " converted, "
        + of(Kind.CHANGED).size()
        + " changed in meaning ("
        + loud
        + " may admit more), "
        + of(Kind.NOT_CONVERTED).size()
        + " not converted, "
        + of(Kind.ELSEWHERE).size()
        + " elsewhere";
  }

  private void part(List<String> lines, Kind kind, String title) {
    List<Change> changes = of(kind);
    if (!changes.isEmpty()) {
      lines.add("");
      lines.add(title);
      changes.forEach(change -> lines.add("  " + line(change)));
    }
  }

  private static String line(Change change) {
    StringBuilder line = new StringBuilder("line ").append(change.line());
    if (!change.field().isEmpty()) {
      line.append(", ").append(change.field());
    }
    if (!change.became().isEmpty()) {
      line.append(" -> ").append(change.became());
    }
    if (!change.meaning().isEmpty()) {
      line.append(": ").append(change.mayAdmitMore() ? "MAY ADMIT MORE: " : "");
      line.append(change.meaning());
    }
    if (!change.rules().isEmpty()) {
      line.append(" [").append(rules(change)).append(']');
    }
    if (!change.remedy().isEmpty()) {
      line.append("; ").append(change.remedy());
    }
    return line.toString();
  }

  private static String rules(Change change) {
    List<String> names =
        change.rules().stream().limit(SHOWN_RULES).map(index -> "policy[" + index + "]").toList();
    int more = change.rules().size() - names.size();
    return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }

  String json() {
    return JsonText.compact(
        JsonObject.builder()
            .put("connaisseur", converted.generation())
            .put("config", converted.json())
            .put(
                "changes",
                new JsonArray(converted.changes().stream().map(ConversionReport::json).toList()))
            .put(
                "findings",
                new JsonArray(converted.findings().stream().map(ConversionReport::json).toList()))
            .build());
  }

  private static Json json(Change change) {
    return JsonObject.builder()
        .put("kind", change.kind().name().toLowerCase(Locale.ROOT))
        .put("line", change.line())
        .put("column", change.column())
        .put("field", change.field())
        .put("became", change.became())
        .put("meaning", change.meaning())
        .put("remedy", change.remedy())
        .put(
            "rules",
            new JsonArray(
                change.rules().stream().<Json>map(i -> new JsonNumber(i.toString())).toList()))
        .put("may_admit_more", change.mayAdmitMore())
        .build();
  }

  private static Json json(Finding finding) {
    return JsonObject.builder()
        .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
        .put("line", finding.line())
        .put("field", finding.field())
        .put("problem", finding.problem())
        .put("remedy", finding.remedy())
        .build();
  }

  private List<Change> of(Kind kind) {
    return converted.changes().stream().filter(change -> change.kind() == kind).toList();
  }
}
