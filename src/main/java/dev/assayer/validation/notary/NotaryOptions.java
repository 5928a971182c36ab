package dev.assayer.validation.notary;

import dev.assayer.crypto.VerificationKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a Notary validator needs besides its own section of the configuration.
 *
 * @param timestampMaxAge how long a fetched timestamp serves; zero: it is fetched every time
 * @param revokedKeyIds key ids or SPKI fingerprints (hex) that count for nothing
 * @param memoryBytes how much verified metadata to remember, in bytes of the files
 * @param probeRepository a repository that the policy names for this server, to ask for its health
 */
public record NotaryOptions(
    Duration timestampMaxAge,
    Set<String> revokedKeyIds,
    long memoryBytes,
    Optional<String> probeRepository) {

  /** Without a repository for probes. */
  public NotaryOptions(Duration timestampMaxAge, Set<String> revokedKeyIds, long memoryBytes) {
    this(timestampMaxAge, revokedKeyIds, memoryBytes, Optional.empty());
  }

  /** Whether these ids name this pinned key: by its SPKI fingerprint, or by its id in metadata. */
  public static boolean names(Set<String> keyIds, VerificationKey key) {
    return Signatures.isRevoked(key, keyIds);
  }
}
