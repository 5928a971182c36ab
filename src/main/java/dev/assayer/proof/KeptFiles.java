package dev.assayer.proof;

import dev.assayer.audit.EvidenceStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the files are that records name. */
@FunctionalInterface
public interface KeptFiles {
  /**
   * The file of this sha256, in hex; empty if it is not there.
   *
   * @throws IOException if it cannot be read
   */
  Optional<EvidenceStore.Found> file(String sha256) throws IOException;

  /** Those beside a log. */
  static KeptFiles of(Path log) {
    return sha256 -> EvidenceStore.read(log, sha256);
  }
}
