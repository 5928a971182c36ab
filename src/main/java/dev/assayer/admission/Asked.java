package dev.assayer.admission;

import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.image.ImageReference;

/**
 * What validators are asked about an image.
 *
 * @param rule the rule that applies to it
 * @param resolved who is asked under the rule
 */
record Asked(
    ImageReference image, RuleConfig rule, Resolution.Resolved resolved, Circumstances under) {}
