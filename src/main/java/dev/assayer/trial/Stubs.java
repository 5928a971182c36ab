package dev.assayer.trial;

import dev.assayer.config.Config;
import dev.assayer.config.CosignConfig;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.NotationConfig;
import dev.assayer.config.StaticConfig;
import dev.assayer.config.StubbedTrust;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Reason;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.validation.ValidationResult;
import dev.assayer.validation.Validator;
import dev.assayer.validation.fixed.StaticValidator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The validators of a case: those of the configuration, finding what the case says. */
final class Stubs {
  private final Config config;
  private final StubKeys keys;
  private final SignatureVerifier verifier;

  Stubs(Config config, StubKeys keys, SignatureVerifier verifier) {
    this.config = config;
    this.keys = keys;
    this.verifier = verifier;
  }

  /** By name. */
  Map<String, Validator> validators(Map<String, StubbedTrust> trust) {
    Map<String, Validator> validators = new LinkedHashMap<>();
    for (ValidatorConfig section : config.validators()) {
      validators.put(
          section.name(), validator(section, Optional.ofNullable(trust.get(section.name()))));
    }
    return validators;
  }

  private Validator validator(ValidatorConfig section, Optional<StubbedTrust> trust) {
    return switch (section) {
      case StaticConfig fixed -> new StaticValidator(fixed);
      case NotaryV1Config notary -> notary(notary, trust);
      case CosignConfig cosign -> plain(cosign, trust);
      case NotationConfig notation -> plain(notation, trust);
    };
  }

  private Validator notary(NotaryV1Config notary, Optional<StubbedTrust> trust) {
    if (trust.isPresent() && trust.get() instanceof StubbedTrust.Refuses(Reason reason)) {
      return refusing(notary, notary.host(), reason);
    }
    Optional<StubbedTrust.Signed> signed = trust.map(found -> (StubbedTrust.Signed) found);
    return new StubNotary(notary, config, signed, keys, verifier);
  }

  /** Of the other types only the answer is known: whoever writes the case judges the trust. */
  private static Validator plain(ValidatorConfig section, Optional<StubbedTrust> trust) {
    if (trust.isPresent() && trust.get() instanceof StubbedTrust.Refuses(Reason reason)) {
      return refusing(section, "-", reason);
    }
    ValidationResult answer =
        trust
            .map(found -> (StubbedTrust.Signed) found)
            .flatMap(StubbedTrust.Signed::digest)
            .<ValidationResult>map(digest ->
                new ValidationResult.Trusted(
                    digest,
                    List.of(),
                    new TrustFacts(List.of(), List.of(), "fresh", Optional.empty(), true),
                    List.of()))
            .orElseGet(() ->
                new ValidationResult.Refused(
                    Reason.UNSIGNED, "the case says nothing of a signature"));
    return new StubAnswer(new ValidatorRef(section.name(), section.type(), "-"), answer);
  }

  private static Validator refusing(ValidatorConfig section, String upstream, Reason reason) {
    return new StubAnswer(
        new ValidatorRef(section.name(), section.type(), upstream),
        new ValidationResult.Refused(reason, "the case says so"));
  }
}
