package dev.assayer.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes JSON for people, logs and records. Whatever could move the cursor, hide or reorder text on
 * a screen is written as an escape, so a compact value is one safe line; it reads back as the same
 * value.
 */
public final class JsonText {
  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .characterEscapes(new VisibleEscapes())
          .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(1_000).build())
          .build();

  private static final int FIRST_BYTES = 512;

  private JsonText() {}

  /** One line without white space. */
  public static String compact(Json value) {
    return new String(compactBytes(value), StandardCharsets.UTF_8);
  }

  /** {@link #compact} as UTF-8 bytes. */
  public static byte[] compactBytes(Json value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_BYTES);
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      write(value, generator);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  /** Several lines, indented by two spaces, without a final line feed. */
  public static String pretty(Json value) {
    StringWriter out = new StringWriter();
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      generator.setPrettyPrinter(printer);
      write(value, generator);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString();
  }

  static void write(Json value, JsonGenerator out) throws IOException {
    switch (value) {
      case JsonObject object -> {
        out.writeStartObject();
        Names names = object.shape();
        for (int i = 0; i < names.size(); i++) {
          out.writeFieldName(names.at(i));
          write(object.valueAt(i), out);
        }
        out.writeEndObject();
      }
      case JsonArray array -> {
        out.writeStartArray();
        for (Json element : array.values()) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case JsonString(String text) -> out.writeString(text);
      case JsonNumber(String text) -> out.writeNumber(text);
      case JsonBoolean truth -> out.writeBoolean(truth == JsonBoolean.TRUE);
      case JsonNull ignored -> out.writeNull();
    }
  }
}
