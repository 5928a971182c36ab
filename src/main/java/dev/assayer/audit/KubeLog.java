package dev.assayer.audit;

import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Reads an audit log of the API server: one event a line, as JSON; also compressed with gzip. A
 * last line without an end may be cut off, since the log may be written meanwhile.
 */
final class KubeLog {
  /** Events at level RequestResponse hold whole objects, twice. */
  private static final int MAX_LINE = 32 << 20;

  private static final int BUFFER = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;

  private KubeLog() {}

  /**
   * Reads all lines.
   *
   * @throws IOException if the file cannot be read, or a line is no JSON object
   */
  static void read(Path file, Consumer<JsonObject> events) throws IOException {
    try (InputStream in = open(file)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(BUFFER);
      long number = 1;
      for (int one = in.read(); one >= 0; one = in.read()) {
        if (one != '\n') {
          line.write(one);
          if (line.size() > MAX_LINE) {
            throw new IOException(where(file, number) + " is too long");
          }
        } else {
          event(file, number++, line, events, true);
          line.reset();
        }
      }
      event(file, number, line, events, false);
    }
  }

  private static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    in.mark(2);
    boolean zipped = (in.read() << 8 | in.read()) == GZIP_MAGIC;
    in.reset();
    return zipped ? new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER) : in;
  }

  private static void event(
      Path file,
      long number,
      ByteArrayOutputStream line,
      Consumer<JsonObject> events,
      boolean whole)
      throws IOException {
    byte[] bytes = line.toByteArray();
    if (isBlank(bytes)) {
      return;
    }
    try {
      events.accept(
          StrictJson.parse(bytes, JsonLimits.text(MAX_LINE))
              .asObject()
              .orElseThrow(() -> new IOException(where(file, number) + " is no event")));
    } catch (JsonException noJson) {
      if (whole) {
        throw new IOException(where(file, number) + " is no JSON: " + noJson.getMessage());
      }
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte one : bytes) {
      if (one != ' ' && one != '\r' && one != '\t') {
        return false;
      }
    }
    return true;
  }

  private static String where(Path file, long number) {
    return "line " + number + " of " + file;
  }
}
