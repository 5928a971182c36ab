package dev.assayer.config;

import dev.assayer.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code alerting}. */
final class AlertingReader {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final URI PLACEHOLDER = URI.create("https://unknown.invalid");

  private AlertingReader() {}

  static AlertingConfig read(MappingReader root) {
    MappingReader section = root.section("alerting");
    AlertingConfig alerting =
        new AlertingConfig(
            receivers(section.section("admit")), receivers(section.section("reject")));
    section.done();
    return alerting;
  }

  private static List<AlertingConfig.Receiver> receivers(MappingReader section) {
    List<AlertingConfig.Receiver> receivers =
        section.sections("receivers").stream().map(AlertingReader::receiver).toList();
    section.done();
    return receivers;
  }

  private static AlertingConfig.Receiver receiver(MappingReader section) {
    AlertingConfig.Receiver receiver =
        new AlertingConfig.Receiver(
            section.requiredText("template", "template: slack"),
            target(section),
            section.whole("priority", 3, 1, 5),
            headers(section),
            payloadFields(section),
            section.flag("failAdmission", false));
    section.done();
    return receiver;
  }

  private static AlertingConfig.Target target(MappingReader section) {
    Reading reading = section.reading();
    Optional<URI> url = section.value("url").flatMap(f -> Uris.read(f, SCHEMES, reading));
    Optional<Path> file = section.file("urlFile");
    if (section.has("url") && section.has("urlFile")) {
      reading.secretError(section.field(), "has both url and urlFile", "keep one of them");
    } else if (!section.has("url") && !section.has("urlFile")) {
      section.missing("url", "url: https://… or urlFile: FILE");
    }
    return file.<AlertingConfig.Target>map(AlertingConfig.UrlFile::new)
        .orElseGet(() -> new AlertingConfig.Url(url.orElse(PLACEHOLDER)));
  }

  private static Map<String, String> headers(MappingReader section) {
    Map<String, String> headers = new LinkedHashMap<>();
    Optional<Field> field = section.value("headers");
    if (field.isPresent()
        && Scalars.mapping(field.get(), section.reading()).isPresent()
        && field.get().node() instanceof YamlNode.Mapping mapping) {
      for (YamlNode.Entry entry : mapping.entries()) {
        Field value = new Field(field.get().child(entry.key().text()), entry.value());
        Optional<String> text = Scalars.secret(value, section.reading());
        if (!token(entry.key().text())) {
          section
              .reading()
              .secretError(
                  new Field(field.get().path(), entry.key()),
                  Shown.quoted(entry.key().text()) + " is not the name of a header",
                  "use letters, digits and hyphens");
        } else if (text.isPresent() && text.get().chars().anyMatch(c -> c < ' ' || c == 127)) {
          section
              .reading()
              .secretError(value, "holds a line break or control character", "remove it");
        }
        text.ifPresent(present -> headers.put(entry.key().text(), present));
      }
    }
    return headers;
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

  private static JsonObject payloadFields(MappingReader section) {
    Optional<Field> field = section.value("payloadFields");
    if (field.isPresent()
        && Scalars.mapping(field.get(), section.reading()).isPresent()
        && field.get().node() instanceof YamlNode.Mapping mapping) {
      return YamlToJson.object(mapping);
    }
    return JsonObject.builder().build();
  }
}
