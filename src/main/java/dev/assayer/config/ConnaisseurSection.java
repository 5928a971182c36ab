package dev.assayer.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One mapping of a Connaisseur file. Keys are asked for in camelCase and found in both spellings,
 * {@code trustRoots} and {@code trust_roots}. A field without a value counts as left out, as in
 * Connaisseur.
 */
final class ConnaisseurSection {
  private final Field field;
  private final ConversionLog log;
  private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  ConnaisseurSection(Field field, YamlNode.Mapping mapping, ConversionLog log) {
    this.field = field;
    this.log = log;
    for (YamlNode.Entry entry : mapping.entries()) {
      YamlNode.Entry other = entries.putIfAbsent(camelCase(entry.key().text()), entry);
      if (other != null) {
        log.refuse(
            new Field(field.child(entry.key().text()), entry.key()),
            "stands twice, first in line " + other.key().line() + " in another spelling",
            "keep one of them");
      }
    }
  }

  static String camelCase(String key) {
    StringBuilder camel = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '_' && i > 0 && i < key.length() - 1) {
        upper = true;
      } else {
        camel.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return camel.toString();
  }

  /** The last name of a path. */
  static String last(Field field) {
    return field.path().substring(field.path().lastIndexOf('.') + 1);
  }

  Field field() {
    return field;
  }

  ConversionLog log() {
    return log;
  }

  /** The value under one of the names, the first that has one. */
  Optional<Field> value(String... names) {
    Optional<Field> found = Optional.empty();
    for (String name : names) {
      known.add(name);
      YamlNode.Entry entry = entries.get(name);
      if (found.isEmpty()
          && entry != null
          && !(entry.value() instanceof YamlNode.Scalar scalar
              && scalar.type() == YamlNode.Type.NULL)) {
        found = Optional.of(new Field(field.child(entry.key().text()), entry.value()));
      }
    }
    return found;
  }

  boolean has(String name) {
    return value(name).isPresent();
  }

  /** The text of a scalar, whatever type it has; anything else is refused. */
  Optional<String> text(String... names) {
    Optional<Field> value = value(names);
    if (value.isPresent() && !(value.get().node() instanceof YamlNode.Scalar)) {
      log.refuse(
          value.get(), "must be one value, not " + value.get().node().kind(), "write one value");
      return Optional.empty();
    }
    return value.map(found -> ((YamlNode.Scalar) found.node()).text());
  }

  Optional<ConnaisseurSection> section(String... names) {
    Optional<Field> value = value(names);
    return value.flatMap(found -> mapping(found, log));
  }

  static Optional<ConnaisseurSection> mapping(Field field, ConversionLog log) {
    if (field.node() instanceof YamlNode.Mapping mapping) {
      return Optional.of(new ConnaisseurSection(field, mapping, log));
    }
    log.refuse(
        field, "must be a mapping, not " + field.node().kind(), "write fields below it, as name:");
    return Optional.empty();
  }

  /** The elements of a list; none where it is left out. */
  List<Field> list(String... names) {
    Optional<Field> value = value(names);
    List<Field> items = new ArrayList<>();
    if (value.isPresent()) {
      if (value.get().node() instanceof YamlNode.Sequence sequence) {
        for (YamlNode item : sequence.items()) {
          items.add(value.get().item(items.size(), item));
        }
      } else {
        log.refuse(
            value.get(), "must be a list, not " + value.get().node().kind(), "write - before each");
      }
    }
    return items;
  }

  List<ConnaisseurSection> sections(String... names) {
    List<ConnaisseurSection> sections = new ArrayList<>();
    list(names).forEach(item -> mapping(item, log).ifPresent(sections::add));
    return sections;
  }

  /** The strings of a list, each once, in order. */
  List<Field> texts(String... names) {
    Map<String, Field> texts = new LinkedHashMap<>();
    for (Field item : list(names)) {
      if (item.node() instanceof YamlNode.Scalar scalar) {
        texts.putIfAbsent(scalar.text(), item);
      } else {
        log.refuse(item, "must be a name, not " + item.node().kind(), "write a name");
      }
    }
    return List.copyOf(texts.values());
  }

  /** A boolean in any spelling of YAML 1.1; a field that holds none is refused. */
  Optional<Boolean> flag(String... names) {
    Optional<Field> value = value(names);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<Boolean> flag = ConnaisseurYaml.flag(value.get().node());
    if (flag.isEmpty()) {
      log.refuse(value.get(), "must be true or false", "write true or false without quotes");
    }
    return flag;
  }

  /** The fields that nobody asked for. */
  List<Field> rest() {
    List<Field> rest = new ArrayList<>();
    entries.forEach((name, entry) -> {
      if (!known.contains(name)) {
        rest.add(new Field(field.child(entry.key().text()), entry.key()));
      }
    });
    return rest;
  }

  /** The names that were asked for. */
  Set<String> known() {
    return known;
  }

  /**
   * Refuses what nobody asked for: in a rule or a validator it may be a restriction with a typing
   * mistake, and nobody can tell what would be lost with it.
   */
  void refuseRest() {
    rest()
        .forEach(unknown ->
            log.refuse(
                unknown,
                "no documented key of Connaisseur, and perhaps a restriction that would be lost",
                Nearest.remedy(last(unknown), known)));
  }
}
