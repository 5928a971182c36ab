package dev.assayer.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hands out the fields of one mapping by name and type, and reports what nobody asked for. A field
 * that is wrong is reported once and read as absent; the values are used only when no error was
 * found.
 */
final class MappingReader {
  private final Field field;
  private final Reading reading;
  private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  MappingReader(Field field, YamlNode.Mapping mapping, Reading reading) {
    this.field = field;
    this.reading = reading;
    mapping.entries().forEach(entry -> entries.put(entry.key().text(), entry));
  }

  /** The mapping itself. */
  Field field() {
    return field;
  }

  Reading reading() {
    return reading;
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Names of the fields present, in written order. */
  Set<String> names() {
    return entries.keySet();
  }

  /** The value of that field, if there is one. */
  Optional<Field> value(String name) {
    known.add(name);
    reading.known(field.child(name));
    YamlNode.Entry entry = entries.get(name);
    if (entry == null) {
      return Optional.empty();
    }
    Field value = new Field(field.child(name), entry.value());
    if (entry.value() instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.Type.NULL) {
      reading.error(value, "has no value", "remove the field or give it a value");
      return Optional.empty();
    }
    return Optional.of(value);
  }

  /** Reports a missing field. */
  void missing(String name, String example) {
    reading.error(
        new Field(field.child(name), field.node()), "required field is missing", "add " + example);
  }

  Optional<Field> required(String name, String example) {
    if (!has(name)) {
      missing(name, example);
    }
    return value(name);
  }

  Optional<String> text(String name) {
    return value(name).flatMap(value -> Scalars.text(value, reading));
  }

  String text(String name, String fallback) {
    return text(name).orElse(fallback);
  }

  String requiredText(String name, String example) {
    return required(name, example).flatMap(value -> Scalars.text(value, reading)).orElse("");
  }

  /** A string that findings never show. */
  Optional<String> secret(String name) {
    return value(name).flatMap(value -> Scalars.secret(value, reading));
  }

  Optional<Path> file(String name) {
    return value(name).flatMap(value -> Scalars.file(value, reading));
  }

  boolean flag(String name, boolean fallback) {
    return value(name).flatMap(value -> Scalars.flag(value, reading)).orElse(fallback);
  }

  int whole(String name, int fallback, int min, int max) {
    return value(name).flatMap(v -> Scalars.whole(v, reading, min, max)).orElse(fallback);
  }

  Duration duration(String name, Duration fallback, Duration min, Duration max) {
    return value(name).flatMap(v -> Scalars.duration(v, reading, min, max)).orElse(fallback);
  }

  long size(String name, long fallback, long min) {
    return value(name).flatMap(value -> Scalars.size(value, reading, min)).orElse(fallback);
  }

  /** One of the lower-case words of an enum. */
  <E extends Enum<E>> E word(String name, E fallback) {
    return value(name)
        .flatMap(value -> word(value, fallback.getDeclaringClass().getEnumConstants()))
        .orElse(fallback);
  }

  private <E extends Enum<E>> Optional<E> word(Field value, E[] words) {
    return Scalars.text(value, reading)
        .flatMap(text -> {
          Optional<E> found = Arrays.stream(words).filter(w -> code(w).equals(text)).findFirst();
          if (found.isEmpty()) {
            String all =
                Arrays.stream(words).map(MappingReader::code).collect(Collectors.joining(", "));
            reading.error(value, Shown.quoted(text) + " is not known", "use one of " + all);
          }
          return found;
        });
  }

  private static String code(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  /** The mapping of that name; an empty one where it is left out. */
  MappingReader section(String name) {
    return optionalSection(name)
        .orElseGet(() ->
            new MappingReader(
                new Field(field.child(name), field.node()),
                new YamlNode.Mapping(List.of(), field.line(), field.node().column()),
                reading));
  }

  Optional<MappingReader> optionalSection(String name) {
    return value(name).flatMap(value -> Scalars.mapping(value, reading));
  }

  /** The elements of a list; none where it is left out. */
  List<Field> list(String name) {
    return value(name).map(value -> Scalars.list(value, reading)).orElse(List.of());
  }

  List<MappingReader> sections(String name) {
    List<MappingReader> sections = new ArrayList<>();
    list(name).forEach(item -> Scalars.mapping(item, reading).ifPresent(sections::add));
    return sections;
  }

  /** The strings of a list with their places. */
  List<Text> texts(String name) {
    List<Text> texts = new ArrayList<>();
    for (Field item : list(name)) {
      Scalars.text(item, reading).ifPresent(text -> texts.add(new Text(item, text)));
    }
    return texts;
  }

  /** A string of the file. */
  record Text(Field field, String text) {
    static List<String> all(List<Text> texts) {
      return texts.stream().map(Text::text).toList();
    }
  }

  /** Reports the fields that nobody asked for. To be called last. */
  void done() {
    for (YamlNode.Entry entry : entries.values()) {
      String name = entry.key().text();
      if (reading.full()) {
        return;
      }
      if (!known.contains(name)) {
        reading.secretError(
            new Field(field.child(name), entry.key()),
            "unknown field " + Shown.quoted(name),
            Nearest.remedy(name, known));
      }
    }
  }
}
