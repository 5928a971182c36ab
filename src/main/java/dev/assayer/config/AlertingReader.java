package dev.assayer.config;

import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.config.AlertingConfig.Receiver;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code alerting}. */
final class AlertingReader {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final URI PLACEHOLDER = URI.create("https://unknown.invalid");
  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(7);

  /** One second of a review is kept for telling, half a second for the answer. */
  private static final Duration LEAST_BUDGET = Duration.ofSeconds(2);

  private final AlertTemplates templates;
  private final ReceiverNames names = new ReceiverNames();

  private final Duration budget;

  private AlertingReader(AlertTemplates templates, Duration budget) {
    this.templates = templates;
    this.budget = budget;
  }

  /** Reads it; {@code budget} is the longest time for one review. */
  static AlertingConfig read(MappingReader root, Duration budget) {
    MappingReader section = root.section("alerting");
    AlertingReader reader = new AlertingReader(AlertTemplates.read(section), budget);
    Duration window = section.duration("window", WINDOW, Duration.ZERO, LONGEST_WINDOW);
    MappingReader admit = section.section("admit");
    MappingReader reject = section.section("reject");
    List<MappingReader> admitted = admit.sections("receivers");
    List<MappingReader> rejected = reject.sections("receivers");
    admitted.forEach(reader.names::given);
    rejected.forEach(reader.names::given);
    AlertingConfig alerting =
        new AlertingConfig(
            window,
            reader.receivers(admitted, Category.ADMIT),
            reader.receivers(rejected, Category.REJECT));
    admit.done();
    reject.done();
    section.done();
    return alerting;
  }

  private List<Receiver> receivers(List<MappingReader> sections, Category category) {
    List<Receiver> receivers = new ArrayList<>();
    sections.forEach(section -> receivers.add(receiver(section, category)));
    return receivers;
  }

  private Receiver receiver(MappingReader section, Category category) {
    AlertingConfig.Template template = templates.template(section);
    ReceiverFields fields = new ReceiverFields(section);
    Receiver receiver =
        new Receiver(
            names.of(section, category.code() + "-" + template.name()),
            category,
            template,
            target(section),
            section.whole("priority", 3, 1, 5),
            fields.headers(),
            fields.headerFiles(),
            AuthorityReader.read(section),
            fields.payloadFields(),
            fields.payloadFieldFiles(),
            insists(section));
    section.done();
    return receiver;
  }

  private boolean insists(MappingReader section) {
    boolean insists = section.flag("failAdmission", false);
    if (insists && budget.compareTo(LEAST_BUDGET) < 0) {
      section
          .value("failAdmission")
          .ifPresent(field ->
              section
                  .reading()
                  .error(
                      field,
                      "leaves no time for verification within webhook.budget",
                      "set webhook.budget to 2s or more"));
    }
    return insists;
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
}
