package dev.assayer.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads one value as one type, never by coercion; what does not fit is reported. */
final class Scalars {

  private Scalars() {}

  static Optional<MappingReader> mapping(Field field, Reading reading) {
    if (field.node() instanceof YamlNode.Mapping mapping) {
      return Optional.of(new MappingReader(field, mapping, reading));
    }
    wrong(field, reading, "a mapping", "write fields below it, as name: value");
    return Optional.empty();
  }

  static List<Field> list(Field field, Reading reading) {
    if (field.node() instanceof YamlNode.Sequence sequence) {
      List<Field> items = new ArrayList<>();
      for (YamlNode item : sequence.items()) {
        items.add(field.item(items.size(), item));
      }
      return items;
    }
    wrong(field, reading, "a list", "write [a, b], or one \"- \" line for each element");
    return List.of();
  }

  /** A string that is not empty. */
  static Optional<String> text(Field field, Reading reading) {
    Optional<String> text = anyText(field, reading);
    if (text.isPresent() && text.get().isBlank()) {
      reading.error(field, "is empty", "remove the field or give it a value");
      return Optional.empty();
    }
    return text;
  }

  /** A string, also an empty one. */
  static Optional<String> anyText(Field field, Reading reading) {
    if (field.node() instanceof YamlNode.Scalar scalar && scalar.type() == YamlNode.Type.STRING) {
      return Optional.of(scalar.text());
    }
    boolean quotable =
        field.node() instanceof YamlNode.Scalar scalar && scalar.type() != YamlNode.Type.NULL;
    wrong(field, reading, "a string", quotable ? "put it in quotes" : "write one value");
    return Optional.empty();
  }

  /** A string that findings never show. */
  static Optional<String> secret(Field field, Reading reading) {
    if (!(field.node() instanceof YamlNode.Scalar scalar)
        || scalar.type() != YamlNode.Type.STRING) {
      reading.secretError(
          field, "must be a string, not " + field.node().kind(), "put it in quotes");
      return Optional.empty();
    }
    if (scalar.text().isBlank()) {
      reading.secretError(field, "is empty", "remove the field or give it a value");
      return Optional.empty();
    }
    return Optional.of(scalar.text());
  }

  /** A path, resolved against the directory of the configuration file. */
  static Optional<Path> file(Field field, Reading reading) {
    Optional<String> text = anyText(field, reading);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().contains("-----") || text.get().contains("\n")) {
      reading.secretError(
          field, "holds contents, not the path of a file", "write the path of a file");
      return Optional.empty();
    }
    try {
      return text(field, reading).map(reading.files()::resolve);
    } catch (InvalidPathException invalid) {
      reading.error(field, "is not a path", "write the path of a file");
      return Optional.empty();
    }
  }

  static Optional<Boolean> flag(Field field, Reading reading) {
    if (field.node() instanceof YamlNode.Scalar scalar) {
      if (scalar.type() == YamlNode.Type.BOOLEAN) {
        return Optional.of(scalar.text().equals("true"));
      }
      reading.error(
          field,
          "must be true or false, not " + scalar.kind() + " " + Shown.quoted(scalar.text()),
          "write true or false without quotes");
      return Optional.empty();
    }
    wrong(field, reading, "true or false", "write true or false without quotes");
    return Optional.empty();
  }

  static Optional<Integer> whole(Field field, Reading reading, int min, int max) {
    String remedy = "use a whole number from " + min + " to " + max;
    if (!(field.node() instanceof YamlNode.Scalar scalar)
        || scalar.type() != YamlNode.Type.NUMBER) {
      wrong(field, reading, "a number", remedy);
      return Optional.empty();
    }
    OptionalLong value = Quantities.size(scalar.text());
    if (value.isEmpty() || value.getAsLong() < min || value.getAsLong() > max) {
      reading.error(field, Shown.of(scalar.text()) + " is out of range", remedy);
      return Optional.empty();
    }
    return Optional.of((int) value.getAsLong());
  }

  static Optional<Duration> duration(Field field, Reading reading, Duration min, Duration max) {
    if (!(field.node() instanceof YamlNode.Scalar scalar)) {
      wrong(field, reading, "a duration", "write a number and a unit, such as 500ms, 30s, 6h, 90d");
      return Optional.empty();
    }
    Optional<Duration> value = Quantities.duration(scalar.text());
    if (value.isEmpty()) {
      reading.error(
          field,
          Shown.quoted(scalar.text()) + " is not a duration",
          "write a number and a unit, such as 500ms, 30s, 6h, 90d");
      return Optional.empty();
    }
    if (value.get().compareTo(min) < 0 || value.get().compareTo(max) > 0) {
      reading.error(
          field,
          Shown.of(scalar.text()) + " is out of range",
          "use a duration from " + Quantities.words(min) + " to " + Quantities.words(max));
      return Optional.empty();
    }
    return value;
  }

  static Optional<Long> size(Field field, Reading reading, long min) {
    if (!(field.node() instanceof YamlNode.Scalar scalar)) {
      wrong(field, reading, "a size", "write bytes, such as 1000, 32Mi, 5Gi");
      return Optional.empty();
    }
    OptionalLong value = Quantities.size(scalar.text());
    if (value.isEmpty()) {
      reading.error(
          field,
          Shown.quoted(scalar.text()) + " is not a size",
          "write bytes, such as 1000, 32Mi, 5Gi");
      return Optional.empty();
    }
    if (value.getAsLong() < min) {
      reading.error(
          field, Shown.of(scalar.text()) + " is too small", "use at least " + min + " bytes");
      return Optional.empty();
    }
    return Optional.of(value.getAsLong());
  }

  /** Never shows the value: a secret may stand where another type belongs. */
  private static void wrong(Field field, Reading reading, String wanted, String remedy) {
    reading.secretError(field, "must be " + wanted + ", not " + field.node().kind(), remedy);
  }
}
