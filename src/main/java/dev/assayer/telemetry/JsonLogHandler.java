package dev.assayer.telemetry;

import dev.assayer.decision.TraceRef;
import dev.assayer.json.JsonWriter;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Turns what is logged by System.Logger, java.util.logging and SLF4J into lines. */
final class JsonLogHandler extends Handler {
  private static final int MAX_FRAMES = 40;
  private static final int MAX_CAUSES = 4;

  private final LogFields fields;
  private final LineWriter writer;
  private final SimpleFormatter text = new SimpleFormatter();

  JsonLogHandler(LogFields fields, LineWriter writer) {
    this.fields = fields;
    this.writer = writer;
  }

  @Override
  public void publish(LogRecord entry) {
    if (isLoggable(entry)) {
      writer.write(JsonWriter.object(line -> write(line, entry)));
    }
  }

  private void write(JsonWriter line, LogRecord entry) {
    String logger = String.valueOf(entry.getLoggerName());
    fields.begin(
        line,
        entry.getInstant(),
        level(entry.getLevel()),
        String.valueOf(text.formatMessage(entry)),
        "assayer.server",
        logger);
    Optional<TraceRef> trace = LogScope.current();
    if (trace.isPresent()) {
      line.put("trace.id", trace.get().traceId()).put("span.id", trace.get().spanId());
    }
    Throwable thrown = entry.getThrown();
    if (thrown != null) {
      line.put("error.type", thrown.getClass().getName());
      if (mayQuote(logger)) {
        line.put("error.message", LogFields.bounded(String.valueOf(thrown.getMessage())));
      }
      line.put("error.stack_trace", stack(thrown));
    }
  }

  /** A message of a server's exception may quote the request, and so a credential. */
  private static boolean mayQuote(String logger) {
    return logger.startsWith("dev.assayer.") || logger.startsWith("io.opentelemetry.");
  }

  static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "warn";
    }
    if (level.intValue() >= Level.INFO.intValue()) {
      return "info";
    }
    return level.intValue() >= Level.FINE.intValue() ? "debug" : "trace";
  }

  /** Classes and places, never messages. */
  private static String stack(Throwable thrown) {
    StringBuilder out = new StringBuilder();
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      out.append(i == 0 ? "" : "caused by ").append(cause.getClass().getName()).append('\n');
      StackTraceElement[] frames = cause.getStackTrace();
      for (int at = 0; at < Math.min(frames.length, MAX_FRAMES); at++) {
        out.append("  at ").append(frames[at]).append('\n');
      }
      cause = cause.getCause();
    }
    return LogFields.bounded(out.toString().stripTrailing());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
