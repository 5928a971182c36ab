package dev.assayer.validation.notary;

import java.util.List;
import java.util.Set;

/**
 * A root file that the pinned keys stand for.
 *
 * @param verified the file
 * @param bytes as served, to be remembered
 * @param rotated base roles whose keys changed on the way from the remembered root to this one
 * @param warnings remarks such as an expired certificate
 */
record TrustedRoot(
    Verified<RoleFile.Root> verified, byte[] bytes, Set<String> rotated, List<String> warnings) {
  RoleKeys role(String name) {
    return verified.file().role(name);
  }
}
