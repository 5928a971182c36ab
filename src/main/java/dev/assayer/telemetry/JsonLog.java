package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.json.JsonWriter;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * The log of {@code serve}: one JSON object a line, all of one schema (ECS). Lines are queued and
 * written by one thread, so none is torn and no admission waits for whoever reads them; when 16 MiB
 * wait, further lines are dropped and counted. The lasting record of a decision is the audit log,
 * which does wait.
 */
public final class JsonLog implements AutoCloseable {
  /** The variable that sets the level of our own lines; libraries speak from warnings on. */
  public static final String LEVEL = "ASSAYER_LOG_LEVEL";

  private static final String OURS = "dev.assayer";
  private static final Duration TAKEN_AWAY = Duration.ofMillis(500);

  private static final Map<String, Level> LEVELS =
      Map.of(
          "error", Level.SEVERE,
          "warn", Level.WARNING,
          "info", Level.INFO,
          "debug", Level.FINE,
          "trace", Level.FINER);

  private final LogFields fields;
  private final LineWriter writer;
  private final JsonLogHandler handler;

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private final Logger ours = Logger.getLogger(OURS);

  private JsonLog(LogFields fields, LineWriter writer) {
    this.fields = fields;
    this.writer = writer;
    handler = new JsonLogHandler(fields, writer);
  }

  /**
   * A log of decisions on this stream. {@link #takeOver} adds everything else.
   *
   * @param out standard output, unbuffered; it is not closed
   * @param version of this software
   * @param replica name of this replica
   */
  public static JsonLog open(OutputStream out, String version, String replica) {
    return new JsonLog(new LogFields(version, replica), new LineWriter(out));
  }

  /**
   * Sends all that this process logs here and nowhere else: our own lines from the level {@value
   * #LEVEL} on ({@code error}, {@code warn}, {@code info}, {@code debug}, {@code trace}; info if
   * not set), those of libraries from warnings on.
   *
   * @param environment all environment variables
   */
  public void takeOver(Map<String, String> environment) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    root.addHandler(handler);
    String wanted = environment.getOrDefault(LEVEL, "").strip().toLowerCase(Locale.ROOT);
    Optional<Level> level = Optional.ofNullable(LEVELS.get(wanted));
    ours.setLevel(level.orElse(Level.INFO));
    if (level.isEmpty() && !wanted.isEmpty()) {
      ours.warning(LEVEL + " is none of error, warn, info, debug, trace; info is used");
    }
  }

  /**
   * {@link #takeOver} for a shutdown hook. When the process is told to end, a hook of
   * java.util.logging takes every handler away, ours too, and what is said while requests are
   * drained would be lost. Waits until that has happened, half a second at most.
   *
   * @param environment all environment variables
   */
  public void takeOverAtTheEnd(Map<String, String> environment) {
    Logger root = Logger.getLogger("");
    long due = System.nanoTime() + TAKEN_AWAY.toNanos();
    try {
      while (List.of(root.getHandlers()).contains(handler) && System.nanoTime() - due < 0) {
        Thread.sleep(5);
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    takeOver(environment);
  }

  /** For tests that log to one logger only. */
  JsonLogHandler handler() {
    return handler;
  }

  /**
   * Logs a decision; never waits. The line is made by the thread that writes it.
   *
   * @param record writes the decision's record; called once, by any thread
   */
  public void decision(Decision decision, Consumer<JsonWriter> record) {
    writer.write(1 + decision.images().size(), () -> DecisionLine.of(decision, record, fields));
  }

  /** Lines that were lost since the start: the reader was too slow, or gone. */
  public long dropped() {
    return writer.dropped();
  }

  /** Writes what is queued, for two seconds at most. What is logged later is lost. */
  @Override
  public void close() {
    writer.close();
  }
}
