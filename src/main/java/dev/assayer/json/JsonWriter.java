package dev.assayer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes the members of an object as they are named, in the form of {@link JsonText#compact}, and
 * builds no value of it: for what is written with every decision. The caller names no member twice.
 */
public final class JsonWriter {
  private static final int FIRST_BYTES = 4096;

  private final JsonGenerator out;

  private JsonWriter(JsonGenerator out) {
    this.out = out;
  }

  private interface Step {
    void take() throws IOException;
  }

  /** One object on one line without its end, UTF-8. */
  public static byte[] object(Consumer<JsonWriter> members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_BYTES);
    try (JsonGenerator generator = JsonText.FACTORY.createGenerator(bytes)) {
      generator.writeStartObject();
      members.accept(new JsonWriter(generator));
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** A string member. */
  public JsonWriter put(String name, String value) {
    return write(() -> out.writeStringField(name, value));
  }

  /** An integer member. */
  public JsonWriter put(String name, long value) {
    return write(() -> out.writeNumberField(name, value));
  }

  /** A truth value. */
  public JsonWriter put(String name, boolean value) {
    return write(() -> out.writeBooleanField(name, value));
  }

  /** An array of strings. */
  public JsonWriter put(String name, List<String> values) {
    return write(() -> {
      out.writeArrayFieldStart(name);
      for (String value : values) {
        out.writeString(value);
      }
      out.writeEndArray();
    });
  }

  /** Any value. */
  public JsonWriter put(String name, Json value) {
    return write(() -> {
      out.writeFieldName(name);
      JsonText.write(value, out);
    });
  }

  /** A value that is JSON already, as it stands. */
  public JsonWriter putJson(String name, String json) {
    return write(() -> {
      out.writeFieldName(name);
      out.writeRawValue(json);
    });
  }

  /** An object within this one. */
  public JsonWriter put(String name, Consumer<JsonWriter> members) {
    return write(() -> {
      out.writeObjectFieldStart(name);
      members.accept(this);
      out.writeEndObject();
    });
  }

  /** An array of objects, one for each item. */
  public <T> JsonWriter put(String name, List<T> items, BiConsumer<JsonWriter, T> members) {
    return write(() -> {
      out.writeArrayFieldStart(name);
      for (T item : items) {
        out.writeStartObject();
        members.accept(this, item);
        out.writeEndObject();
      }
      out.writeEndArray();
    });
  }

  private JsonWriter write(Step step) {
    try {
      step.take();
      return this;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
