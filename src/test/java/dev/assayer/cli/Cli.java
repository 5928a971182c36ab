package dev.assayer.cli;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the command line as {@code main} does, in this process. */
final class Cli {
  private final Map<String, String> environment = new LinkedHashMap<>();
  private InputStream stdin = InputStream.nullInputStream();

  /** What a run left behind. */
  record Ran(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }

    /** Stdout as one JSON object a line. */
    List<JsonObject> objects() {
      return out.lines().map(Cli::object).toList();
    }
  }

  Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Cli stdin(String text) {
    return stdin(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  Cli stdin(InputStream in) {
    stdin = in;
    return this;
  }

  Ran run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = run(out, err, args);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  int run(OutputStream out, OutputStream err, String... args) {
    return Main.run(args, stdin, out, err, environment);
  }

  static JsonObject object(String line) {
    try {
      Json value =
          StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 22));
      return value.asObject().orElseThrow();
    } catch (JsonException broken) {
      throw new AssertionError(line, broken);
    }
  }

  static String text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElseThrow();
  }
}
