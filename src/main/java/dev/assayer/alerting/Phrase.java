package dev.assayer.alerting;

import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Locale;
import java.util.Map;

/** One string of a template, ready to be filled in. Safe for concurrent use. */
final class Phrase {
  private final PebbleTemplate template;

  Phrase(PebbleTemplate template) {
    this.template = template;
  }

  /**
   * The text with these values.
   *
   * @param max longest result in characters; more is cut visibly
   * @throws RenderException if the values do not fit what the template does with them
   */
  String render(Map<String, Object> values, int max) throws RenderException {
    Capped out = new Capped(max);
    try {
      template.evaluate(out, values, Locale.ROOT);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    } catch (PebbleException unfit) {
      throw new RenderException(Legible.line(String.valueOf(unfit.getPebbleMessage()), 200));
    } catch (RuntimeException unfit) {
      throw new RenderException(unfit.getClass().getSimpleName());
    }
    return Legible.cut(out.text.toString(), max);
  }

  /** Keeps one character more than may be, so that the cut is seen. */
  private static final class Capped extends Writer {
    private final StringBuilder text = new StringBuilder();
    private final int most;

    Capped(int max) {
      most = max + 1;
    }

    @Override
    public void write(char[] from, int offset, int length) {
      text.append(from, offset, Math.min(length, most - text.length()));
    }

    @Override
    public void write(String from, int offset, int length) {
      text.append(from, offset, offset + Math.min(length, most - text.length()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
