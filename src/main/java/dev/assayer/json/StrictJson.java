package dev.assayer.json;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

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
    return new Reading(new ByteArrayInputStream(utf8), limits, Set.of()).wholeText();
  }

  /**
   * Reads a document without holding it: as {@link #parse}, except that of the members of the root
   * object's members those with these names are passed over in constant memory, and read as null.
   *
   * @param utf8 read to its end, never closed
   * @param skipped such as {@code object} for {@code /request/object}
   * @throws JsonException as {@link #parse}; what is passed over must be well-formed, and no more
   */
  public static Json skim(InputStream utf8, JsonLimits limits, Set<String> skipped)
      throws JsonException {
    return new Reading(new Capped(utf8, limits.maxBytes()), limits, skipped).wholeText();
  }

  /** Ends the reading where a whole text would have been refused for its length. */
  private static final class Capped extends FilterInputStream {
    private final int most;
    private long count;

    Capped(InputStream in, int most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int got = super.read(into, offset, length);
      count(Math.max(got, 0));
      return got;
    }

    private void count(int more) throws IOException {
      count += more;
      if (count > most) {
        throw new IOException("the text is over the limit of " + most + " bytes");
      }
    }

    @Override
    public void close() {
      // The caller's.
    }
  }
}
