package dev.assayer.json;

/**
 * Reads a whole JSON text, or refuses it. Stricter than RFC 8259 wherever two readers could
 * otherwise see different values in one text: UTF-8 only and checked first, one value and nothing
 * after it, no name twice in an object, no NaN, no comments.
 */
public final class StrictJson {
  private StrictJson() {}

  /**
   * Parses {@code utf8}.
   *
   * @param utf8 the whole text; read, never kept or changed
   * @param limits what to accept at most
   * @throws JsonException if the text is not exactly one acceptable JSON value; never anything else
   */
  public static Json parse(byte[] utf8, JsonLimits limits) throws JsonException {
    if (utf8.length > limits.maxBytes()) {
      throw new JsonException(
          "the text has " + utf8.length + " bytes, over the limit of " + limits.maxBytes());
    }
    Utf8.check(utf8);
    return new Reading(utf8, limits).wholeText();
  }
}
