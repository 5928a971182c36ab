/**
 * The rules of a policy: which of them match an image name, which of those wins, why, and which
 * rules of a list can never win. Generic over the rule, so that it knows nothing of configuration.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.policy;
