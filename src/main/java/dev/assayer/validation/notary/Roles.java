package dev.assayer.validation.notary;

import java.util.ArrayList;
import java.util.List;

/**
 * Role names (notary tuf/data/roles.go): the four base roles, and delegations {@code targets/…} of
 * lower-case letters, digits, {@code -} and {@code _}, under 256 characters. A name that passes
 * needs no escaping in a path.
 */
final class Roles {
  static final String ROOT = "root";
  static final String TIMESTAMP = "timestamp";
  static final String SNAPSHOT = "snapshot";
  static final String TARGETS = "targets";
  static final String RELEASES = "targets/releases";
  private static final String PREFIX = "targets/";
  private static final int MAX_LENGTH = 255;

  /** Deepest chain of delegations that is followed (TUF-23 of the hostile corpus). */
  private static final int MAX_DEPTH = 32;

  private Roles() {}

  /** Whether this is a well-formed delegation name; one pass, no backtracking. */
  static boolean isDelegation(String name) {
    if (!name.startsWith(PREFIX) || name.length() > MAX_LENGTH || name.endsWith("/")) {
      return false;
    }
    int depth = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/') {
        depth++;
        if (name.charAt(i - 1) == '/') {
          return false;
        }
      } else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
        return false;
      }
    }
    return depth <= MAX_DEPTH;
  }

  /** The full name of a delegation as a policy may write it, with or without {@code targets/}. */
  static String delegation(String configured) {
    return configured.startsWith(PREFIX) ? configured : PREFIX + configured;
  }

  /** The role that delegates to this one. */
  static String parent(String delegation) {
    return delegation.substring(0, delegation.lastIndexOf('/'));
  }

  /** The delegations from {@code targets} (left out) down to this one, which comes last. */
  static List<String> lineage(String delegation) {
    List<String> names = new ArrayList<>();
    for (String name = delegation; !name.equals(TARGETS); name = parent(name)) {
      names.addFirst(name);
    }
    return names;
  }

  /** Cap of a role's file in bytes, checked before anything is allocated. */
  static int maxBytes(String role) {
    return switch (role) {
      case TIMESTAMP -> 64 << 10;
      case ROOT, SNAPSHOT -> 1 << 20;
      default -> 32 << 20;
    };
  }

  /** The {@code _type} that a role's file must carry, in exactly this spelling. */
  static String type(String role) {
    return switch (role) {
      case ROOT -> "Root";
      case TIMESTAMP -> "Timestamp";
      case SNAPSHOT -> "Snapshot";
      default -> "Targets";
    };
  }
}
