package dev.assayer.decision;

/**
 * The validator that was asked.
 *
 * @param name as configured
 * @param type as configured, such as {@code notaryV1}
 * @param upstream host it depends on, or {@code -}
 */
public record ValidatorRef(String name, String type, String upstream) {}
