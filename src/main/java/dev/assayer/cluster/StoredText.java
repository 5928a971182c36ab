package dev.assayer.cluster;

import dev.assayer.crypto.Sha;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * One text as it stands in a ConfigMap: its key is the hex sha256 of its name, since names may hold
 * what keys may not, and its value is {@code END NAME}, a line feed, and the text. So people can
 * read with kubectl what is kept of which repository.
 *
 * @param until when it may be thrown away; {@link Instant#MAX}, written {@code -}, for never
 */
record StoredText(String name, String text, Instant until) {
  private static final String NEVER = "-";

  /** The key of a name: 64 characters that a ConfigMap takes. */
  static String key(String name) {
    return Sha.sha256Hex(name.getBytes(StandardCharsets.UTF_8));
  }

  /** The value to store. */
  String written() {
    return (until.equals(Instant.MAX) ? NEVER : until.toString()) + ' ' + name + '\n' + text;
  }

  /** What stands under this key; empty if we did not write it so. */
  static Optional<StoredText> read(String key, String written) {
    int line = written.indexOf('\n');
    int blank = written.indexOf(' ');
    if (blank < 0 || line < blank) {
      return Optional.empty();
    }
    String name = written.substring(blank + 1, line);
    return key.equals(key(name))
        ? end(written).map(until -> new StoredText(name, written.substring(line + 1), until))
        : Optional.empty();
  }

  /** The end of a stored value, without looking at the rest; empty if it has none that is one. */
  static Optional<Instant> end(String written) {
    int blank = written.indexOf(' ');
    if (blank < 0 || blank > 64) {
      return Optional.empty();
    }
    String end = written.substring(0, blank);
    if (end.equals(NEVER)) {
      return Optional.of(Instant.MAX);
    }
    try {
      return Optional.of(Instant.parse(end));
    } catch (DateTimeException notOurs) {
      return Optional.empty();
    }
  }
}
