package dev.assayer.validation.notary;

import dev.assayer.decision.Evidence;
import dev.assayer.decision.RoleTrust;
import java.util.List;

/**
 * A metadata file whose signatures were verified.
 *
 * @param role the role as which it was verified
 * @param file the parsed content
 * @param keys what it was verified against
 * @param signedBy the distinct keys whose signatures are valid
 * @param sha256 hex sha256 of the file
 * @param signedSha256 hex sha256 of the canonical {@code signed} part
 * @param bytes the file, kept as evidence
 */
record Verified<F extends RoleFile>(
    String role,
    F file,
    RoleKeys keys,
    List<TufKey> signedBy,
    String sha256,
    String signedSha256,
    byte[] bytes) {
  int length() {
    return bytes.length;
  }

  /** This file for whoever verifies the verdict again. */
  Evidence evidence(String validator) {
    return new Evidence(validator, role, file.version(), sha256, bytes);
  }

  /** This link for the record. */
  RoleTrust trust() {
    return new RoleTrust(
        role,
        file.version(),
        file.expires(),
        keys.threshold(),
        signedBy.stream().map(TufKey::id).toList(),
        sha256);
  }
}
