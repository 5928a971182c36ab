package dev.assayer.config;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;

/** The same value as JSON, exactly as written. */
final class YamlToJson {

  private YamlToJson() {}

  static Json json(YamlNode node) {
    return switch (node) {
      case YamlNode.Mapping mapping -> object(mapping);
      case YamlNode.Sequence sequence ->
          new JsonArray(sequence.items().stream().map(YamlToJson::json).toList());
      case YamlNode.Scalar scalar ->
          switch (scalar.type()) {
            case STRING -> Json.of(scalar.text());
            case BOOLEAN -> Json.of(scalar.text().equals("true"));
            case NULL -> JsonNull.NULL;
            case NUMBER -> number(scalar.text());
          };
    };
  }

  static JsonObject object(YamlNode.Mapping mapping) {
    JsonObject.Builder builder = JsonObject.builder();
    mapping.entries().forEach(entry -> builder.put(entry.key().text(), json(entry.value())));
    return builder.build();
  }

  private static Json number(String text) {
    try {
      return new JsonNumber(text);
    } catch (IllegalArgumentException notJson) {
      return Json.of(text); // .inf, .nan and 1. are numbers in YAML only
    }
  }
}
