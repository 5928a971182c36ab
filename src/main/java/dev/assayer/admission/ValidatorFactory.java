package dev.assayer.admission;

import dev.assayer.config.ValidatorConfig;
import dev.assayer.validation.Validator;

/** Makes the validator that a section of the configuration describes. */
interface ValidatorFactory {
  Validator open(ValidatorConfig config);
}
