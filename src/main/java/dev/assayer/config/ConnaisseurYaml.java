package dev.assayer.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Values of YAML 1.1, which Connaisseur reads, and new values at places of its file. */
final class ConnaisseurYaml {
  private static final String MERGE = "<<";
  private static final Set<String> TRUE = Set.of("true", "yes", "on");
  private static final Set<String> FALSE = Set.of("false", "no", "off");

  private ConnaisseurYaml() {}

  /**
   * The boolean that YAML 1.1 reads, also where YAML 1.2 reads a string; never from a number, and
   * not from a quoted {@code "false"}.
   */
  static Optional<Boolean> flag(YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar) {
      String word = scalar.text().toLowerCase(Locale.ROOT);
      boolean quoted =
          scalar.type() == YamlNode.Type.STRING
              && (scalar.text().equals("true") || scalar.text().equals("false"));
      if (quoted) {
        return Optional.empty();
      }
      if (TRUE.contains(word)) {
        return Optional.of(true);
      }
      if (FALSE.contains(word)) {
        return Optional.of(false);
      }
    }
    return Optional.empty();
  }

  /**
   * The same tree with merge keys (YAML 1.1, {@code <<: *anchor}) replaced by what they stand for.
   */
  static YamlNode merged(YamlNode node) {
    return switch (node) {
      case YamlNode.Scalar scalar -> scalar;
      case YamlNode.Sequence list ->
          new YamlNode.Sequence(
              list.items().stream().map(ConnaisseurYaml::merged).toList(),
              list.line(),
              list.column());
      case YamlNode.Mapping mapping -> {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
          if (!entry.key().text().equals(MERGE)) {
            entries.put(entry.key().text(), new YamlNode.Entry(entry.key(), merged(entry.value())));
          }
        }
        mapping.entries().stream()
            .filter(entry -> entry.key().text().equals(MERGE))
            .forEach(entry -> merge(merged(entry.value()), entry, entries));
        yield new YamlNode.Mapping(List.copyOf(entries.values()), mapping.line(), mapping.column());
      }
    };
  }

  private static void merge(
      YamlNode value, YamlNode.Entry written, Map<String, YamlNode.Entry> entries) {
    switch (value) {
      case YamlNode.Mapping other ->
          other.entries().forEach(entry -> entries.putIfAbsent(entry.key().text(), entry));
      case YamlNode.Sequence others -> others.items().forEach(o -> merge(o, written, entries));
      case YamlNode.Scalar _ -> entries.putIfAbsent(MERGE, written);
    }
  }

  static YamlNode.Scalar text(String text, YamlNode at) {
    return new YamlNode.Scalar(text, YamlNode.Type.STRING, at.line(), at.column());
  }

  static YamlNode.Scalar flag(boolean value, YamlNode at) {
    return new YamlNode.Scalar(
        String.valueOf(value), YamlNode.Type.BOOLEAN, at.line(), at.column());
  }

  static YamlNode.Scalar number(long value, YamlNode at) {
    return new YamlNode.Scalar(String.valueOf(value), YamlNode.Type.NUMBER, at.line(), at.column());
  }

  static YamlNode.Sequence list(List<? extends YamlNode> items, YamlNode at) {
    return new YamlNode.Sequence(List.copyOf(items), at.line(), at.column());
  }

  static Builder mapping(YamlNode at) {
    return new Builder(at);
  }

  /** Builds a mapping that stands at the place of another value. */
  static final class Builder {
    private final YamlNode at;
    private final List<YamlNode.Entry> entries = new ArrayList<>();

    private Builder(YamlNode at) {
      this.at = at;
    }

    Builder put(String name, YamlNode value) {
      entries.add(new YamlNode.Entry(text(name, value), value));
      return this;
    }

    Builder put(String name, Optional<? extends YamlNode> value) {
      value.ifPresent(present -> put(name, present));
      return this;
    }

    boolean isEmpty() {
      return entries.isEmpty();
    }

    YamlNode.Mapping build() {
      return new YamlNode.Mapping(List.copyOf(entries), at.line(), at.column());
    }
  }
}
