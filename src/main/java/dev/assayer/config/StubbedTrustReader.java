package dev.assayer.config;

import dev.assayer.config.MappingReader.Text;
import dev.assayer.decision.Reason;
import dev.assayer.image.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code trust} of a case: what each validator finds. */
final class StubbedTrustReader {
  private static final String DIGEST = "digest";
  private static final String DELEGATIONS = "delegations";
  private static final String TRUST_ROOTS = "trustRoots";
  private static final String UNSIGNED = "unsigned";
  private static final String REASON = "reason";
  private static final String FORMS = "write digest, delegations, unsigned: true or reason";

  /** What a validator may answer; the rest admits, or is not a validator's to say. */
  private static final List<String> REFUSALS =
      Stream.of(Reason.values())
          .filter(reason -> !reason.verdict().admits())
          .map(Reason::code)
          .toList();

  private final Config config;
  private final Reading reading;

  StubbedTrustReader(Config config, Reading reading) {
    this.config = config;
    this.reading = reading;
  }

  /** By validator; empty where the case says nothing. */
  Map<String, StubbedTrust> read(MappingReader parent) {
    Map<String, StubbedTrust> trust = new LinkedHashMap<>();
    Optional<MappingReader> section = parent.optionalSection("trust");
    if (section.isEmpty()) {
      return trust;
    }
    for (ValidatorConfig validator : config.validators()) {
      section
          .get()
          .value(validator.name())
          .ifPresent(
              field -> of(validator, field).ifPresent(stub -> trust.put(validator.name(), stub)));
    }
    section.get().done();
    return trust;
  }

  private Optional<StubbedTrust> of(ValidatorConfig validator, Field field) {
    if (validator instanceof StaticConfig) {
      reading.error(
          field,
          "validator " + Shown.quoted(validator.name()) + " is static and looks nothing up",
          "remove it");
      return Optional.empty();
    }
    return Scalars.mapping(field, reading).map(section -> of(validator, section));
  }

  private StubbedTrust of(ValidatorConfig validator, MappingReader section) {
    boolean notary = validator instanceof NotaryV1Config;
    Optional<String> reason =
        section.value(REASON).flatMap(value -> PolicyCaseReader.word(value, REFUSALS, reading));
    boolean unsigned = section.flag(UNSIGNED, false);
    Optional<Digest> digest =
        section.value(DIGEST).flatMap(value -> PolicyCaseReader.digest(value, reading));
    Map<String, Digest> delegations = notary ? delegations(section) : Map.of();
    Optional<List<String>> roots = notary ? roots(validator, section) : Optional.empty();
    section.done();
    forms(section, unsigned);
    return reason
        .flatMap(code -> PolicyCaseReader.named(Reason.values(), Reason::code, code))
        .<StubbedTrust>map(StubbedTrust.Refuses::new)
        .orElseGet(() -> new StubbedTrust.Signed(digest, delegations, roots));
  }

  private void forms(MappingReader section, boolean unsigned) {
    boolean signed = section.has(DIGEST) || section.has(DELEGATIONS);
    if (section.has(REASON) && section.names().size() > 1) {
      reading.error(section.field(), "has reason and more", "keep reason alone, or leave it out");
    } else if (unsigned && signed) {
      reading.error(section.field(), "is unsigned and signed", "keep one of them");
    } else if (!unsigned && !signed && !section.has(REASON)) {
      reading.error(section.field(), "does not say what is found", FORMS);
    }
  }

  private Map<String, Digest> delegations(MappingReader parent) {
    Map<String, Digest> signed = new LinkedHashMap<>();
    Optional<MappingReader> section = parent.optionalSection(DELEGATIONS);
    if (section.isEmpty()) {
      return signed;
    }
    List<Text> written = new ArrayList<>();
    for (String role : section.get().names()) {
      section.get().value(role).ifPresent(field -> written.add(new Text(field, role)));
    }
    for (Text role : DelegationNames.read(written, reading)) {
      PolicyCaseReader.digest(role.field(), reading)
          .ifPresent(digest -> signed.put(role.text(), digest));
    }
    if (section.get().names().isEmpty()) {
      reading.error(section.get().field(), "names no delegation", "write unsigned: true instead");
    }
    return signed;
  }

  private Optional<List<String>> roots(ValidatorConfig validator, MappingReader section) {
    List<Text> names = section.texts(TRUST_ROOTS);
    if (!section.has(TRUST_ROOTS)) {
      return Optional.empty();
    }
    List<String> known = validator.trustRoots().stream().map(TrustRoot::name).toList();
    for (Text name : names) {
      if (!known.contains(name.text())) {
        reading.error(
            name.field(),
            "validator "
                + Shown.quoted(validator.name())
                + " has no trust root "
                + Shown.quoted(name.text()),
            Nearest.remedy(name.text(), known));
      }
    }
    return Optional.of(Text.all(names));
  }
}
