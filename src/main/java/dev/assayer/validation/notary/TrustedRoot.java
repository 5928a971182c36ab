package dev.assayer.validation.notary;

import java.util.List;
import java.util.Set;

/**
 * A root file that the pinned keys stand for.
 *
 * @param verified the file
 * @param way the earlier roots on the way from the remembered one to this, the oldest first
 * @param rotated base roles whose keys changed on that way
 * @param warnings remarks such as an expired certificate
 */
record TrustedRoot(
    Verified<RoleFile.Root> verified,
    List<Verified<RoleFile.Root>> way,
    Set<String> rotated,
    List<String> warnings) {
  RoleKeys role(String name) {
    return verified.file().role(name);
  }

  /** As served, to be remembered. */
  byte[] bytes() {
    return verified.bytes();
  }
}
