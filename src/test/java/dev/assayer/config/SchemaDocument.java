package dev.assayer.config;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The JSON Schema, walked field by field. */
final class SchemaDocument {
  private static final Map<String, String> TYPES =
      Map.of(
          "string", "string",
          "boolean", "boolean",
          "integer", "whole number",
          "array", "list",
          "object", "mapping");

  private final JsonObject root;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final List<String> openObjects = new ArrayList<>();

  /** One field of the schema. */
  record Field(String path, String type, String fallback, String description) {}

  private SchemaDocument(JsonObject root) {
    this.root = root;
    walk(root, "");
  }

  static SchemaDocument load() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ConfigLoader.class.getResourceAsStream("assayer-config.schema.json"))) {
      Json json = StrictJson.parse(in.readAllBytes(), JsonLimits.text(1 << 20));
      return new SchemaDocument(json.asObject().orElseThrow());
    } catch (JsonException invalid) {
      throw new IOException(invalid);
    }
  }

  List<Field> fields() {
    return List.copyOf(fields.values());
  }

  /** Objects with listed properties that do not forbid others. */
  List<String> openObjects() {
    return openObjects;
  }

  private void walk(JsonObject node, String path) {
    JsonObject schema = resolve(node);
    object(schema, "properties")
        .ifPresent(properties -> {
          if (schema.get("additionalProperties").flatMap(Json::asBoolean).orElse(true)) {
            openObjects.add(path);
          }
          properties.entries().forEach(entry -> property(entry.getKey(), entry.getValue(), path));
        });
    object(schema, "items").ifPresent(items -> walk(items, path + "[]"));
    schema
        .get("oneOf")
        .flatMap(Json::asArray)
        .ifPresent(variants ->
            variants.values().forEach(each -> walk(each.asObject().orElseThrow(), path)));
  }

  private void property(String name, Json value, String parent) {
    JsonObject node = value.asObject().orElseThrow();
    String path = parent.isEmpty() ? name : parent + "." + name;
    fields.putIfAbsent(
        path,
        new Field(
            path,
            type(node),
            node.get("default").map(SchemaDocument::plain).orElse(""),
            text(node, "description").orElse("")));
    walk(node, path);
  }

  private static String plain(Json value) {
    return value.asString().orElseGet(() -> JsonText.compact(value));
  }

  private String type(JsonObject node) {
    Optional<String> reference =
        text(node, "$ref").map(ref -> ref.substring(ref.lastIndexOf('/') + 1));
    if (reference.isPresent()) {
      return reference.get().equals("receivers") ? "mapping" : reference.get();
    }
    if (node.has("enum") || node.has("const")) {
      return "word";
    }
    return text(node, "type").map(TYPES::get).orElseGet(() -> variants(node));
  }

  private String variants(JsonObject node) {
    return node.get("oneOf").flatMap(Json::asArray).orElseThrow().values().stream()
        .map(each -> type(each.asObject().orElseThrow()))
        .collect(Collectors.joining(" or "));
  }

  /** The table of the reference page. */
  String table() {
    StringBuilder table =
        new StringBuilder("| Field | Type | Default | Meaning |\n|---|---|---|---|\n");
    for (Field field : fields.values()) {
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  field.path(),
                  field.type(),
                  field.fallback().isEmpty() ? "" : "`" + field.fallback() + "`",
                  field.description().replace("|", "\\|")));
    }
    return table.toString();
  }

  private JsonObject resolve(JsonObject node) {
    return text(node, "$ref")
        .map(ref -> ref.substring("#/$defs/".length()))
        .flatMap(name -> object(root, "$defs").flatMap(defs -> object(defs, name)))
        .orElse(node);
  }

  private static Optional<JsonObject> object(JsonObject node, String name) {
    return node.get(name).flatMap(Json::asObject);
  }

  private static Optional<String> text(JsonObject node, String name) {
    return node.get(name).flatMap(Json::asString);
  }
}
