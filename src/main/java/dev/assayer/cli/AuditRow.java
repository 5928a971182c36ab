package dev.assayer.cli;

import dev.assayer.audit.AuditJson;
import dev.assayer.audit.LogRecords;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a line about a decision in a log says. */
record AuditRow(
    long index,
    String time,
    String outcome,
    String verdict,
    String reason,
    String user,
    String namespace,
    String object,
    String images,
    String recordId) {
  static final String CSV_HEADER =
      "index,time,outcome,verdict,reason,user,namespace,object,images,record_id";

  /** Of a record; one that was withdrawn was denied. */
  static AuditRow of(LogRecords.Found found) {
    JsonObject record = found.record();
    return new AuditRow(
        found.index(),
        text(record, "time"),
        found.withdrawn() ? "denied" : text(record, "outcome"),
        text(record, "verdict"),
        found.withdrawn() ? "audit_unavailable" : text(record, "reason"),
        text(record, "user", "name"),
        text(record, "request", "namespace"),
        text(record, "request", "kind") + "/" + text(record, "request", "name"),
        images(record).stream()
            .map(image -> text(image, "requested"))
            .distinct()
            .collect(Collectors.joining(" ")),
        text(record, "record_id"));
  }

  /** The text at the end of a path of names; empty if there is none. */
  static String text(JsonObject from, String... path) {
    return AuditJson.text(from, path);
  }

  /** What a record says of images. */
  static List<JsonObject> images(JsonObject record) {
    return AuditJson.objects(record, "images");
  }

  String text() {
    return Screen.line(
        String.format(
            Locale.ROOT,
            "%-24s  %-7s  %-14s  %-20s  %s  %s  by %s  [%s]  %s",
            time,
            outcome,
            verdict,
            reason,
            namespace.isEmpty() ? object : namespace + "/" + object,
            images.isEmpty() ? "-" : images,
            user,
            index,
            recordId));
  }

  String csv() {
    return Csv.line(
        List.of(
            Long.toString(index),
            time,
            outcome,
            verdict,
            reason,
            user,
            namespace,
            object,
            images,
            recordId));
  }
}
