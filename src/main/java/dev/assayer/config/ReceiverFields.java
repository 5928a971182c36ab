package dev.assayer.config;

import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what a receiver's requests carry, and whom they trust. */
final class ReceiverFields {
  static final int MAX_PAYLOAD_FIELDS = 64 * 1024;

  /** What the HTTP client itself must say. */
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final MappingReader section;
  private final Reading reading;
  private final Set<String> seenHeaders = new TreeSet<>();

  ReceiverFields(MappingReader section) {
    this.section = section;
    reading = section.reading();
  }

  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (YamlNode.Entry entry : entries("headers")) {
      Field value = value("headers", entry);
      Optional<String> text = Scalars.secret(value, reading);
      checkName("headers", entry);
      if (text.isPresent() && text.get().chars().anyMatch(c -> c < ' ' || c >= 127)) {
        reading.secretError(
            value, "holds a line break, a control character or a letter beyond ASCII", "remove it");
      }
      text.ifPresent(present -> headers.put(entry.key().text(), present));
    }
    return headers;
  }

  Map<String, Path> headerFiles() {
    Map<String, Path> files = files("headerFiles");
    entries("headerFiles").forEach(entry -> checkName("headerFiles", entry));
    return files;
  }

  Map<String, Path> payloadFieldFiles() {
    return files("payloadFieldFiles");
  }

  JsonObject payloadFields() {
    Optional<Field> field = section.value("payloadFields");
    if (field.isPresent()
        && Scalars.mapping(field.get(), reading).isPresent()
        && field.get().node() instanceof YamlNode.Mapping mapping) {
      JsonObject fields = YamlToJson.object(mapping);
      if (JsonText.compactBytes(fields).length > MAX_PAYLOAD_FIELDS) {
        reading.secretError(field.get(), "is larger than 64 KiB", "remove parts of it");
      }
      return fields;
    }
    return JsonObject.builder().build();
  }

  private Map<String, Path> files(String name) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (YamlNode.Entry entry : entries(name)) {
      Scalars.file(value(name, entry), reading)
          .ifPresent(path -> files.put(entry.key().text(), path));
    }
    return files;
  }

  private List<YamlNode.Entry> entries(String name) {
    Optional<Field> field = section.value(name);
    return field.isPresent()
            && Scalars.mapping(field.get(), reading).isPresent()
            && field.get().node() instanceof YamlNode.Mapping mapping
        ? mapping.entries()
        : List.of();
  }

  private Field value(String name, YamlNode.Entry entry) {
    return new Field(
        section.field().child(name) + "." + Shown.of(entry.key().text()), entry.value());
  }

  private void checkName(String in, YamlNode.Entry entry) {
    String name = entry.key().text();
    Field field = new Field(section.field().child(in), entry.key());
    if (!token(name)) {
      reading.secretError(
          field,
          Shown.quoted(name) + " is not the name of a header",
          "use letters, digits and hyphens");
    } else if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      reading.secretError(
          field, "header " + Shown.quoted(name) + " is set by the HTTP client", "remove it");
    } else if (!seenHeaders.add(name.toLowerCase(Locale.ROOT))) {
      reading.secretError(
          field, "header " + Shown.quoted(name) + " is given twice", "keep one of them");
    }
  }

  /** A token of RFC 9110 section 5.6.2, without its rarer signs. */
  private static boolean token(String name) {
    return !name.isEmpty()
        && name.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_');
  }
}
