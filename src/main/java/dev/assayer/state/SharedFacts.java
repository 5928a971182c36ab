package dev.assayer.state;

import dev.assayer.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * What one verification found and others may use: later ones, and those of other replicas. Every
 * reader checks that a fact was found under the very policy and trust roots that are in force.
 * Where facts leave the process, kind, key, content and end are bound by an HMAC, and what does not
 * hold is as if it were not there. Safe for concurrent use; never throws.
 */
public interface SharedFacts {

  /** What facts are about. Names are part of what is stored. */
  enum Kind {
    /** What was verified of a workload, by the UID of the object: child approval rests on it. */
    OWNER,
    /** Which digest an image name was verified to have: {@code grace} rests on it. */
    VERIFIED
  }

  /**
   * The fact, if one is known and its end has not come; may wait for a short, bounded time.
   *
   * @param key at most 512 characters of visible ASCII
   */
  Optional<JsonObject> find(Kind kind, String key);

  /**
   * Keeps a fact in place of an earlier one: in this process at once, elsewhere soon, and nowhere
   * where that fails. Waits for nobody.
   *
   * @param until its end
   */
  void tell(Kind kind, String key, JsonObject fact, Instant until);

  /** Drops a fact, everywhere where that succeeds. Waits for nobody. */
  void drop(Kind kind, String key);
}
