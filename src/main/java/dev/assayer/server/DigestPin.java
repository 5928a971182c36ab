package dev.assayer.server;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The policy digest that alone may come into force, from {@code ASSAYER_CONFIG_SHA256}.
 *
 * @param digest {@code sha256:<64 lower-case hex>}; empty: any
 */
record DigestPin(Optional<String> digest) {
  static final String VARIABLE = "ASSAYER_CONFIG_SHA256";
  private static final String PREFIX = "sha256:";
  private static final int HEX = 64;

  /**
   * The pin that a variable's value means; without a value, none.
   *
   * @throws StartRefused if it is no digest: whoever set it wanted one
   */
  static DigestPin of(Optional<String> variable) {
    return new DigestPin(variable.map(DigestPin::normal));
  }

  private static String normal(String value) {
    String text = value.strip().toLowerCase(Locale.ROOT);
    String hex = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    if (hex.length() != HEX || !hex.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
      throw new StartRefused(
          List.of(
              VARIABLE
                  + " is set to something that is no sha256 digest; give 64 hex digits, with or"
                  + " without sha256: in front, or unset it"));
    }
    return PREFIX + hex;
  }

  boolean allows(String policyDigest) {
    return digest.isEmpty() || digest.get().equals(policyDigest);
  }

  /** What to say of a digest that is not allowed. */
  String mismatch(String policyDigest) {
    return "the configuration has the digest "
        + policyDigest
        + ", but "
        + VARIABLE
        + " demands "
        + digest.orElse("any");
  }
}
