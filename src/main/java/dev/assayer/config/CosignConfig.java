package dev.assayer.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Cosign signatures kept in the image's registry.
 *
 * @param name the name that rules use
 * @param line line of the entry in the file
 * @param trustRoots keys, certificates and keyless identities
 * @param transparencyLogRequired whether a signature must stand in the transparency log
 * @param trustedRootFile Sigstore trusted root (JSON) for keyless identities and the log
 */
public record CosignConfig(
    String name,
    int line,
    List<TrustRoot> trustRoots,
    boolean transparencyLogRequired,
    Optional<Path> trustedRootFile)
    implements ValidatorConfig {

  /** Copies the list. */
  public CosignConfig {
    trustRoots = List.copyOf(trustRoots);
  }

  @Override
  public String type() {
    return "cosign";
  }
}
