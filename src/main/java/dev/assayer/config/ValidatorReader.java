package dev.assayer.config;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code validators}. */
final class ValidatorReader {
  private static final List<String> TYPES = List.of("notaryV1", "cosign", "notation", "static");
  private static final Set<String> KEYS_AND_CERTIFICATES = Set.of("key", "keyFile", "certificate");
  private static final Set<String> COSIGN_FORMS =
      Set.of("key", "keyFile", "certificate", "keyless");
  private static final Set<String> NOTATION_FORMS = Set.of("certificate", "identities");

  private ValidatorReader() {}

  /**
   * What was read.
   *
   * @param validators the validators, stand-ins among them where errors were found
   * @param broken names of entries whose type could not be told: nothing about them can be checked
   */
  record Validators(List<ValidatorConfig> validators, Set<String> broken) {}

  static Validators read(MappingReader root) {
    List<ValidatorConfig> validators = new ArrayList<>();
    Set<String> broken = new HashSet<>();
    Map<String, Integer> lines = new HashMap<>();
    for (MappingReader section : root.sections("validators")) {
      String name = EntryName.read(section, "validator", lines);
      one(section, name).ifPresentOrElse(validators::add, () -> broken.add(name));
    }
    return new Validators(validators, broken);
  }

  private static Optional<ValidatorConfig> one(MappingReader section, String name) {
    Optional<Field> field = section.required("type", "type: notaryV1");
    Optional<String> type = field.flatMap(value -> Scalars.text(value, section.reading()));
    if (field.isEmpty() || type.isEmpty()) {
      return Optional.empty();
    }
    int line = section.field().line();
    ValidatorConfig validator;
    switch (type.get()) {
      case "notaryV1" -> validator = notary(section, name, line);
      case "cosign" -> validator = cosign(section, name, line);
      case "notation" -> validator = notation(section, name, line);
      case "static" -> validator = fixed(section, name, line);
      default -> {
        section
            .reading()
            .error(
                field.get(),
                "type " + Shown.quoted(type.get()) + " is not known",
                Nearest.remedy(type.get(), TYPES));
        return Optional.empty();
      }
    }
    section.done();
    return Optional.of(validator);
  }

  private static ValidatorConfig notary(MappingReader section, String name, int line) {
    Reading reading = section.reading();
    return new NotaryV1Config(
        name,
        line,
        section
            .required("host", "host: notary.example.com")
            .flatMap(field -> Hosts.read(field, reading))
            .orElse("unknown.invalid"),
        new TrustRootReader(KEYS_AND_CERTIFICATES, reading).read(section),
        section.flag("allowUnboundRoot", false),
        section.value("ca").map(field -> ca(field, reading)).orElse(List.of()),
        section.optionalSection("auth").map(AuthReader::read),
        section.flag("healthCheck", true));
  }

  private static List<X509Certificate> ca(Field field, Reading reading) {
    Optional<String> pem = Scalars.secret(field, reading);
    if (pem.isEmpty()) {
      return List.of();
    }
    return switch (Pem.certificates(pem.get())) {
      case PemList.Loaded<X509Certificate>(List<X509Certificate> certificates) -> certificates;
      case PemList.Refused<X509Certificate>(String why) -> {
        reading.secretError(field, why, "give the CA's certificates as PEM CERTIFICATE blocks");
        yield List.of();
      }
    };
  }

  private static ValidatorConfig cosign(MappingReader section, String name, int line) {
    MappingReader log = section.section("transparencyLog");
    boolean required = log.flag("required", true);
    log.done();
    return new CosignConfig(
        name,
        line,
        new TrustRootReader(COSIGN_FORMS, section.reading()).read(section),
        required,
        section.value("trustedRootFile").flatMap(field -> trustedRoot(field, section.reading())));
  }

  private static Optional<Path> trustedRoot(Field field, Reading reading) {
    Optional<Path> file = Scalars.file(field, reading);
    if (file.isPresent() && field.node() instanceof YamlNode.Scalar name) {
      if (reading.files().read(name.text(), file.get())
          instanceof ReferencedFiles.Unreadable(String why)) {
        reading.error(
            field,
            "file " + Shown.quoted(name.text()) + " " + why,
            "name a readable file, relative to the configuration file's directory");
      }
    }
    return file;
  }

  private static ValidatorConfig notation(MappingReader section, String name, int line) {
    return new NotationConfig(
        name,
        line,
        section.word("level", NotationConfig.Level.STRICT),
        new TrustRootReader(NOTATION_FORMS, section.reading()).read(section));
  }

  private static ValidatorConfig fixed(MappingReader section, String name, int line) {
    boolean approve =
        section
            .required("approve", "approve: false")
            .flatMap(field -> Scalars.flag(field, section.reading()))
            .orElse(false);
    return new StaticConfig(name, line, approve);
  }
}
