package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.CosignConfig;
import dev.assayer.config.NotationConfig;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.StaticConfig;
import dev.assayer.config.ValidatorConfig;
import dev.assayer.validation.Validator;
import dev.assayer.validation.fixed.StaticValidator;

/** Opens each type of validator from its section of the configuration. */
final class ConfiguredValidators implements ValidatorFactory {

  ConfiguredValidators(Config config, Environment environment) {}

  @Override
  public Validator open(ValidatorConfig section) {
    return switch (section) {
      case StaticConfig fixed -> new StaticValidator(fixed);
      case NotaryV1Config notary -> new UnverifiableValidator(notary);
      case CosignConfig cosign -> new UnverifiableValidator(cosign);
      case NotationConfig notation -> new UnverifiableValidator(notation);
    };
  }
}
