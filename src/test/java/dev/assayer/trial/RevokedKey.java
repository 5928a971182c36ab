package dev.assayer.trial;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.TrustMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name that a key has in {@code revoked.keyIds}. */
record RevokedKey(Path file) {
  String fingerprint() throws IOException {
    return switch (Pem.publicKeyOrCertificate(Files.readString(file))) {
      case TrustMaterial.BareKey(var key) -> key.fingerprint();
      default -> throw new AssertionError(file);
    };
  }
}
