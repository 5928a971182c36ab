package dev.assayer.config;

import java.util.List;

/** A YAML value with its place in the file. Lines and columns count from 1. */
sealed interface YamlNode {

  int line();

  int column();

  /** The kind in words, with its article. */
  String kind();

  /** Types of a scalar by the JSON schema of YAML 1.2 (section 10.2). */
  enum Type {
    STRING("a string"),
    NUMBER("a number"),
    BOOLEAN("a boolean"),
    NULL("empty");

    private final String words;

    Type(String words) {
      this.words = words;
    }
  }

  /** A scalar; {@code text} is as written, after YAML's own escapes. */
  record Scalar(String text, Type type, int line, int column) implements YamlNode {
    @Override
    public String kind() {
      return type.words;
    }
  }

  /** A list. */
  record Sequence(List<YamlNode> items, int line, int column) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A mapping with distinct string keys, in written order. */
  record Mapping(List<Entry> entries, int line, int column) implements YamlNode {
    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /** A field of a mapping. */
  record Entry(Scalar key, YamlNode value) {}
}
