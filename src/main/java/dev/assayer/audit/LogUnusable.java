package dev.assayer.audit;

/** A log that cannot be opened; the message is a sentence with the remedy. */
public final class LogUnusable extends Exception {
  private static final long serialVersionUID = 1L;

  LogUnusable(String why) {
    super(why);
  }
}
