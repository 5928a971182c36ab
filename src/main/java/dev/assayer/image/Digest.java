package dev.assayer.image;

import java.util.HexFormat;
import java.util.Optional;

/**
 * A sha256 digest, the only kind that pins an image.
 *
 * @param hex exactly 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {
  static final String PREFIX = "sha256:";
  private static final int BYTES = 32;
  private static final int HEX_DIGITS = 2 * BYTES;

  /** Refuses, as a programming error, what {@link #parse} would not accept. */
  public Digest {
    if (!isHex(hex)) {
      throw new IllegalArgumentException("a sha256 digest is 64 lower-case hexadecimal digits");
    }
  }

  /** The digest written {@code sha256:<64 lower-case hexadecimal digits>}; empty for all else. */
  public static Optional<Digest> parse(String text) {
    if (!text.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String hex = text.substring(PREFIX.length());
    return isHex(hex) ? Optional.of(new Digest(hex)) : Optional.empty();
  }

  /** The digest with these 32 bytes; another length is a programming error. */
  public static Digest ofBytes(byte[] sha256) {
    if (sha256.length != BYTES) {
      throw new IllegalArgumentException("a sha256 digest has 32 bytes, not " + sha256.length);
    }
    return new Digest(HexFormat.of().formatHex(sha256));
  }

  /** The 32 bytes, a fresh copy. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** {@code sha256:<hex>}, as it stands in an image reference. */
  public String text() {
    return PREFIX + hex;
  }

  @Override
  public String toString() {
    return text();
  }

  static boolean isHex(String text) {
    return text.length() == HEX_DIGITS && text.chars().allMatch(Grammar::isLowerHex);
  }
}
