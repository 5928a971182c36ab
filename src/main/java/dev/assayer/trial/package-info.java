/**
 * Policy tests: the webhook's own decisions about images whose trust is made up, without a network.
 */
@org.jspecify.annotations.NullMarked
package dev.assayer.trial;
