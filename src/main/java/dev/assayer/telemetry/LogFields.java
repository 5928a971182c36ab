package dev.assayer.telemetry;

import dev.assayer.json.JsonWriter;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * What every line begins with (Elastic Common Schema, names with dots as ECS loggers write them).
 *
 * @param version of this software
 * @param replica name of this replica
 */
record LogFields(String version, String replica) {
  private static final String ECS = "8.11.0";
  private static final int MAX_TEXT = 8192;
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /**
   * Begins a line.
   *
   * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
   * @param dataset {@code assayer.server} or {@code assayer.decision}
   */
  JsonWriter begin(
      JsonWriter line, Instant time, String level, String message, String dataset, String logger) {
    return line.put("@timestamp", TIME.format(time))
        .put("log.level", level)
        .put("message", bounded(message))
        .put("ecs.version", ECS)
        .put("event.dataset", dataset)
        .put("service.name", "assayer")
        .put("service.version", version)
        .put("service.node.name", replica)
        .put("log.logger", logger);
  }

  static String bounded(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
