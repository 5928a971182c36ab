package dev.assayer.config;

import dev.assayer.config.AlertingConfig.Custom;
import dev.assayer.config.AlertingConfig.Shipped;
import dev.assayer.config.AlertingConfig.Template;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the templates that receivers name: {@code NAME.json} in the operator's folder, else one of
 * the shipped ones. What the placeholders in a template mean is not judged here.
 */
final class AlertTemplates {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int LONGEST_NAME = 64;

  private final Reading reading;
  private final Optional<Path> folder;
  private final Map<String, Template> known = new HashMap<>();
  private final Set<String> told = new HashSet<>();

  private AlertTemplates(Reading reading, Optional<Path> folder) {
    this.reading = reading;
    this.folder = folder;
  }

  /** Reads {@code templates} of this section. */
  static AlertTemplates read(MappingReader alerting) {
    Optional<Field> field = alerting.value("templates");
    Optional<Path> folder = field.flatMap(value -> Scalars.file(value, alerting.reading()));
    if (field.isPresent() && folder.isPresent() && !Files.isDirectory(folder.get())) {
      alerting
          .reading()
          .error(
              field.get(),
              "there is no folder " + Shown.quoted(folder.get().toString()),
              "name a folder that holds NAME.json files");
    }
    return new AlertTemplates(alerting.reading(), folder);
  }

  /** The template of a receiver; a stand-in where there is none. */
  Template template(MappingReader receiver) {
    String name = receiver.requiredText("template", "template: slack");
    Optional<Field> field = receiver.value("template");
    if (field.isEmpty() || name.isEmpty()) {
      return new Shipped("unknown");
    }
    if (!isName(name)) {
      reading.error(
          field.get(),
          Shown.quoted(name) + " is not the name of a template",
          "use up to 64 letters, digits, - and _, without the ending .json");
      return new Shipped("unknown");
    }
    Template template = known.get(name);
    if (template == null) {
      template = find(field.get(), name);
      known.put(name, template);
    }
    return template;
  }

  private Template find(Field field, String name) {
    boolean shipped = AlertingConfig.SHIPPED.contains(name);
    if (folder.isEmpty()) {
      if (!shipped) {
        reading.error(
            field,
            "there is no template " + Shown.quoted(name),
            "use one of "
                + String.join(", ", AlertingConfig.SHIPPED)
                + ", or give the folder of your own as alerting.templates");
      }
      return new Shipped(name);
    }
    Path file = folder.get().resolve(name + ".json");
    return switch (reading.files().watch(file)) {
      case ReferencedFiles.Read(byte[] bytes) -> {
        if (shipped && told.add(name)) {
          reading.warning(
              field,
              Shown.quoted(file.toString())
                  + " stands for the template of this name that is shipped",
              "rename it, if that is not meant");
        }
        yield custom(field, name, file, bytes);
      }
      case ReferencedFiles.Unreadable _ when shipped && Files.notExists(file) -> new Shipped(name);
      case ReferencedFiles.Unreadable(String why) -> {
        reading.error(
            field,
            "template file " + Shown.quoted(file.toString()) + " " + why,
            "add it, or use one of " + String.join(", ", AlertingConfig.SHIPPED));
        yield new Shipped(name);
      }
    };
  }

  private Template custom(Field field, String name, Path file, byte[] bytes) {
    String shown = "template file " + Shown.quoted(file.toString());
    try {
      Optional<JsonObject> content = StrictJson.parse(bytes, JsonLimits.text(MAX_BYTES)).asObject();
      if (content.isPresent()) {
        return new Custom(name, file.toString(), content.get());
      }
      reading.error(field, shown + " is not a JSON object", "write the payload as { … }");
    } catch (JsonException malformed) {
      reading.error(field, shown + " is not JSON: " + malformed.getMessage(), "correct it there");
    }
    return new Custom(name, file.toString(), JsonObject.builder().build());
  }

  private static boolean isName(String name) {
    return name.length() <= LONGEST_NAME
        && name.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_');
  }
}
