package dev.assayer.trial;

import java.util.Locale;

/**
 * A recorded decision that another configuration would decide otherwise.
 *
 * @param index its entry in the log
 * @param image the image that decides it; empty if none does
 * @param was outcome, verdict and reason as recorded
 * @param becomes the same under the other configuration; of an unknown one, {@code unknown}
 * @param why what decides it, or what is not known
 */
public record Flip(
    Kind kind,
    long index,
    String time,
    String recordId,
    String namespace,
    String object,
    String image,
    String was,
    String becomes,
    String why) {

  /** What changes. */
  public enum Kind {
    /** It was allowed and would be denied. */
    ADMIT_TO_DENY,
    /** It was denied and would be allowed. */
    DENY_TO_ADMIT,
    /** It stays allowed by its mode alone: what verified or was exempt would be no more. */
    WOULD_DENY,
    /** It stays allowed, by its mode alone before. */
    WOULD_ADMIT,
    /** The record does not hold what the other configuration asks for. */
    UNKNOWN;

    /** The stable word. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
