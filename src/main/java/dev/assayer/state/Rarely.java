package dev.assayer.state;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/** Logs what may happen with every request, at most once a minute for each subject. */
final class Rarely {
  private static final System.Logger LOGGER = System.getLogger(Rarely.class.getName());
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final ConcurrentHashMap<String, Long> last = new ConcurrentHashMap<>();

  /** The subject is one of few. */
  void log(Level level, String subject, String text) {
    long now = System.nanoTime();
    boolean[] due = {false};
    last.compute(
        subject,
        (_, before) -> {
          due[0] = before == null || now - before >= PAUSE.toNanos();
          return due[0] ? now : before;
        });
    if (due[0]) {
      LOGGER.log(level, "{0}", text);
    }
  }

  /** Something in the shared store was not sealed by us; never says what. */
  void broken() {
    log(
        Level.ERROR,
        "integrity",
        "the shared store holds a value that was not sealed with our key under this name: somebody"
            + " else writes there, or replicas have different keys; it counts as absent");
  }
}
