package dev.assayer.state;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A place outside this process where replicas keep short texts by name. It is not trusted: whoever
 * writes seals, whoever reads checks the seal. Every call ends within its patience and gives a
 * value, whatever happens. Safe for concurrent use.
 */
public interface SharedStore extends AutoCloseable {
  /** The longest name, in characters of visible ASCII. */
  int MAX_NAME = 512;

  /** What was read. */
  sealed interface Answer {
    record Found(String value) implements Answer {}

    record Missing() implements Answer {}

    /** Nobody said, or not in time. */
    record Unavailable(String why) implements Answer {}
  }

  /** What became of a change. */
  sealed interface Change {
    record Done() implements Change {}

    /** Another one was faster: what is there is not what was expected. */
    record Overtaken() implements Change {}

    /** Not made, though the store is well: no room, or too much is being written. */
    record Refused(String why) implements Change {}

    /** Not known: it may have been made. */
    record Unavailable(String why) implements Change {}
  }

  /** Names this place, so that what was sealed for another under the same key counts as broken. */
  default String scope() {
    return "";
  }

  /** The value of a name. */
  Answer read(String name, Duration patience);

  /**
   * Puts a value under a name, if there still is what was expected.
   *
   * @param expected what must be there now; empty for nothing
   * @param until when it may be thrown away; {@link Instant#MAX} for never
   */
  Change swap(
      String name, Optional<String> expected, String value, Instant until, Duration patience);

  /** Removes a name, if there is one. */
  Change remove(String name, Duration patience);

  /** The names that begin so, sorted; empty also where nobody said. */
  List<String> names(String prefix, Duration patience);

  @Override
  void close();
}
