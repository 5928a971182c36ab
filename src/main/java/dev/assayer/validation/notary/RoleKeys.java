package dev.assayer.validation.notary;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Who must sign a role.
 *
 * @param role the role's name
 * @param threshold number of distinct keys that must have signed, at least 1
 * @param keyIds ids as listed
 * @param keys the usable entries by recomputed id; an id without an entry here can sign nothing
 */
record RoleKeys(String role, int threshold, List<String> keyIds, Map<String, TufKey> keys) {
  /**
   * Identifies what a file of this role is verified against. The ids are hashes of the keys, so
   * that they stand for them.
   */
  String fingerprint() {
    return role + ' ' + threshold + ' ' + String.join(",", new TreeSet<>(keys.keySet()));
  }
}
