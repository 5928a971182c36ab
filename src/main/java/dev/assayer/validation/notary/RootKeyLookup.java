package dev.assayer.validation.notary;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.SigningCertificate;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.remote.Upstream;
import dev.assayer.time.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the root keys that a Notary v1 server shows for a repository, so that a person can compare
 * and pin them. Nothing is verified: whoever controls the server controls the answer.
 */
public final class RootKeyLookup {
  /** What came of it. */
  public sealed interface Result {
    /**
     * The keys of the root role.
     *
     * @param version of root.json
     * @param expires when root.json expires
     */
    record Found(List<RootKey> keys, long version, Instant expires) implements Result {}

    /**
     * No keys.
     *
     * @param detail one sentence
     */
    record Failed(Reason reason, String detail) implements Result {}
  }

  /**
   * One key of the root role.
   *
   * @param keyId TUF key id, hex
   * @param algorithm such as {@code ecdsa-p256}
   * @param pem public key, PEM SubjectPublicKeyInfo
   * @param commonNames of the certificate that wraps it; empty for a bare key
   */
  public record RootKey(String keyId, String algorithm, String pem, List<String> commonNames) {}

  private RootKeyLookup() {}

  /**
   * Asks {@code upstream} for the root.json of {@code gun}, such as {@code docker.io/library/x}.
   */
  public static Result lookup(Upstream upstream, String gun, Deadline deadline) {
    RoleFiles files = new RoleFiles(upstream, gun, new StageLog(), deadline);
    try {
      byte[] bytes =
          files.require(
              files.current(Roles.ROOT),
              Reason.NO_TRUST_DATA,
              upstream.host() + " has no trust data for " + gun);
      RoleFile.Root root = MetadataParser.root(Envelope.parse(bytes, Roles.ROOT).signed());
      List<RootKey> keys = new ArrayList<>();
      RoleKeys role = root.role(Roles.ROOT);
      for (String id : role.keyIds()) {
        TufKey key = role.keys().get(id);
        if (key != null && key.usable().isPresent()) {
          keys.add(rootKey(key, key.usable().get()));
        }
      }
      return keys.isEmpty()
          ? new Result.Failed(
              Reason.KEY_NOT_ALLOWED, "root.json holds no root key that may be used")
          : new Result.Found(List.copyOf(keys), root.version(), root.expires());
    } catch (TrustException failure) {
      return new Result.Failed(failure.reason(), failure.detail());
    }
  }

  private static RootKey rootKey(TufKey key, VerificationKey usable) {
    return new RootKey(
        key.id(),
        usable.describe(),
        Pem.encodePublicKey(usable),
        key.certificate().map(SigningCertificate::subjectCommonNames).orElse(List.of()));
  }
}
