package dev.assayer.validation.notary;

import dev.assayer.crypto.Sha;
import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Length and hashes by which one metadata file names another.
 *
 * @param length of the file in bytes
 * @param sha256 lower-case hex
 * @param sha512 lower-case hex, checked when it is given
 */
record FileMeta(long length, String sha256, Optional<String> sha512) {
  private static final int SHA256_BYTES = 32;
  private static final int SHA512_BYTES = 64;

  /**
   * Reads {@code {"hashes": {…}, "length": n}}. sha256 is required, since every address is one.
   *
   * @param what names the entry in messages
   */
  static FileMeta parse(Json value, String what) throws TrustException {
    JsonObject meta = Fields.object(value, what);
    long length =
        meta.get("length")
            .map(Json::asLong)
            .filter(n -> n.isPresent() && n.getAsLong() >= 0)
            .map(OptionalLong::getAsLong)
            .orElseThrow(() ->
                new TrustException(
                    Reason.LENGTH_MISMATCH, what + " has no length that a file could have"));
    JsonObject hashes = Fields.object(Fields.member(meta, "hashes", what), what + " hashes");
    String sha256 =
        hash(hashes, "sha256", SHA256_BYTES, what)
            .orElseThrow(() ->
                new TrustException(
                    Reason.HASH_UNSUPPORTED,
                    what + " has no sha256 among its " + hashes.size() + " hashes"));
    return new FileMeta(length, sha256, hash(hashes, "sha512", SHA512_BYTES, what));
  }

  private static Optional<String> hash(JsonObject hashes, String name, int bytes, String what)
      throws TrustException {
    Optional<Json> value = hashes.get(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    byte[] decoded = Fields.base64(Fields.text(value.get(), what), what + ' ' + name);
    if (decoded.length != bytes) {
      throw new TrustException(
          Reason.HASH_UNSUPPORTED,
          what + " has a " + name + " of " + decoded.length + " bytes instead of " + bytes);
    }
    return Optional.of(HexFormat.of().formatHex(decoded));
  }

  /**
   * Checks hashes before the length, so that another file is not taken for a wrong length.
   *
   * @param fileSha256 hex sha256 of {@code file}
   */
  void check(byte[] file, String fileSha256, String what) throws TrustException {
    if (!sha256.equals(fileSha256)) {
      throw new TrustException(
          Reason.HASH_MISMATCH,
          what + " has sha256 " + fileSha256 + " but " + sha256 + " was announced");
    }
    if (sha512.isPresent() && !sha512.get().equals(Sha.hex(Sha.sha512(file)))) {
      throw new TrustException(
          Reason.HASH_MISMATCH, what + " does not have the sha512 that was announced");
    }
    if (length != file.length) {
      throw new TrustException(
          Reason.LENGTH_MISMATCH,
          what + " has " + file.length + " bytes but " + length + " were announced");
    }
  }
}
