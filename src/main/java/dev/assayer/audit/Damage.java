package dev.assayer.audit;

import java.util.Locale;

/**
 * Something in a log that is not as it was written.
 *
 * @param place the entry or the file, such as {@code entry 17} or {@code tile/0/000}
 * @param kind what was done to it
 * @param what one clause more
 */
public record Damage(String place, Kind kind, String what) {

  /** Kinds of damage. */
  public enum Kind {
    /** It is not there. */
    MISSING,
    /** It ends too early. */
    CUT,
    /** It says something else. */
    ALTERED,
    /** It stands in another's place. */
    MOVED,
    /** It was never written by this log. */
    INSERTED,
    /** It is not signed by a trusted key, or not over this tree. */
    FORGED,
    /** It is older than what else is there. */
    ROLLED_BACK;

    /** Its name in lower case. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One line. */
  public String text() {
    return place + ": " + kind.code().replace('_', ' ') + ", " + what;
  }
}
