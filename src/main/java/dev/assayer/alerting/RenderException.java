package dev.assayer.alerting;

/** A template could not be filled in; the message is one clause for people. */
final class RenderException extends Exception {
  private static final long serialVersionUID = 1L;

  RenderException(String message) {
    super(message);
  }
}
