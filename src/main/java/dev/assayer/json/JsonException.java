package dev.assayer.json;

/**
 * A text is not acceptable JSON. The message names what and where, and shows at most 80 characters
 * of the text, escaped, so that it can be logged and sent back.
 */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  JsonException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
