package dev.assayer.config;

import dev.assayer.json.Json;
import java.util.Optional;

/** Reads one YAML document that is no configuration of ours, as strictly as configuration. */
public sealed interface YamlDocument {

  /** The document as JSON. */
  record Read(Json value) implements YamlDocument {}

  /**
   * It is not read.
   *
   * @param why one clause with line and column
   */
  record Refused(String why) implements YamlDocument {}

  /** Reads the text. */
  static YamlDocument read(String text) {
    try {
      Optional<YamlNode> root = YamlComposer.compose(text);
      return root.isEmpty()
          ? new Refused("holds no document")
          : new Read(YamlToJson.json(root.get()));
    } catch (YamlProblem problem) {
      return new Refused(
          "line " + problem.line() + ", column " + problem.column() + ": " + problem.problem());
    }
  }
}
