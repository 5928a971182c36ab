package dev.assayer.config;

import java.util.List;

/**
 * Notary Project (notation) signatures kept in the image's registry.
 *
 * @param name the name that rules use
 * @param line line of the entry in the file
 * @param level which of the specification's checks may fail
 * @param trustRoots certificates with the identities they may speak for
 */
public record NotationConfig(String name, int line, Level level, List<TrustRoot> trustRoots)
    implements ValidatorConfig {

  /** Copies the list. */
  public NotationConfig {
    trustRoots = List.copyOf(trustRoots);
  }

  @Override
  public String type() {
    return "notation";
  }

  /** Signature verification levels of the Notary Project trust policy that verify at all. */
  public enum Level {
    STRICT,
    PERMISSIVE,
    AUDIT
  }
}
