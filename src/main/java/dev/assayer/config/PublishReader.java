package dev.assayer.config;

import dev.assayer.config.AuditConfig.Place;
import dev.assayer.config.AuditConfig.Publish;
import dev.assayer.config.AuditConfig.Witness;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Reads {@code audit.publish}. */
final class PublishReader {
  private static final Set<String> SCHEMES = Set.of("https");
  private static final URI PLACEHOLDER = URI.create("https://unknown.invalid");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String KEY = "[^+\\s]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}";

  private PublishReader() {}

  static Publish read(MappingReader audit) {
    MappingReader section = audit.section("publish");
    Publish publish =
        new Publish(
            section.duration("interval", MINUTE, Duration.ofSeconds(1), Duration.ofDays(1)),
            section.flag("configMap", true),
            section.has("webhook") ? Optional.of(webhook(section)) : Optional.empty(),
            section.has("witness") ? Optional.of(witness(section)) : Optional.empty());
    section.done();
    return publish;
  }

  private static Place webhook(MappingReader parent) {
    MappingReader section = parent.section("webhook");
    Place place = place(section);
    section.done();
    return place;
  }

  private static Witness witness(MappingReader parent) {
    MappingReader section = parent.section("witness");
    Place at = place(section);
    Optional<Field> field = section.value("key");
    Optional<String> key = field.flatMap(value -> Scalars.text(value, section.reading()));
    if (field.isEmpty()) {
      section.missing("key", "key: name+id+key, the witness's own");
    } else if (key.isPresent() && !key.get().matches(KEY)) {
      section
          .reading()
          .error(
              field.get(),
              Shown.quoted(key.get()) + " is not the key of a witness",
              "write it as name+id+key, as the witness gives it");
    }
    section.done();
    return new Witness(at, key.orElse(""));
  }

  private static Place place(MappingReader section) {
    Optional<Field> field = section.value("url");
    if (field.isEmpty()) {
      section.missing("url", "url: https://…");
    }
    Optional<URI> url = field.flatMap(value -> Uris.read(value, SCHEMES, section.reading()));
    return new Place(url.orElse(PLACEHOLDER), AuthorityReader.read(section));
  }
}
