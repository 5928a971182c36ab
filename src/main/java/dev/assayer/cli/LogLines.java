package dev.assayer.cli;

import java.util.Map;
import java.util.Optional;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What libraries log, on stderr: warnings and worse, a line each, without stack traces. */
final class LogLines extends Formatter {

  static void install(Map<String, String> environment) {
    LogManager.getLogManager().reset();
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new LogLines());
    handler.setLevel(environment.containsKey(Session.DEBUG) ? Level.ALL : Level.WARNING);
    Logger.getLogger("").addHandler(handler);
  }

  @Override
  public String format(LogRecord entry) {
    String cause =
        Optional.ofNullable(entry.getThrown()).map(thrown -> " (" + thrown + ")").orElse("");
    return "assayer: log: "
        + Screen.line(entry.getLoggerName() + ": " + formatMessage(entry) + cause)
        + "\n";
  }
}
