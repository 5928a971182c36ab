package dev.assayer.config;

import dev.assayer.decision.Reason;
import dev.assayer.image.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a validator finds in a case of a policy test. */
public sealed interface StubbedTrust {

  /**
   * There is trust data for the repository.
   *
   * @param digest what {@code targets} (Notary v1), or the signer, signed for the image's tag;
   *     empty for nothing
   * @param delegations what each delegation signed for it, by name without {@code targets/}; one
   *     that is left out does not exist
   * @param trustRoots the trust roots that signed; empty for all of the validator's
   */
  record Signed(
      Optional<Digest> digest, Map<String, Digest> delegations, Optional<List<String>> trustRoots)
      implements StubbedTrust {}

  /**
   * The validator refuses.
   *
   * @param reason one that does not admit
   */
  record Refuses(Reason reason) implements StubbedTrust {}
}
