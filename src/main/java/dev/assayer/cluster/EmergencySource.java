package dev.assayer.cluster;

import java.time.Instant;
import java.util.List;

/** The break-glass objects in force. Never throws and waits for nobody. */
public interface EmergencySource {

  /**
   * Leave to admit what is not verified.
   *
   * @param name of the ConfigMap
   * @param uid of the ConfigMap
   * @param namespace for the images of which objects; never a pattern
   * @param pattern for which images
   * @param reason as written by whoever asked
   * @param requestedBy the user, whom the cluster's admission policy binds to the request
   * @param created when the object was made
   * @param expiry when it ends, at most 24 hours after {@code created}
   */
  record BreakGlass(
      String name,
      String uid,
      String namespace,
      String pattern,
      String reason,
      String requestedBy,
      Instant created,
      Instant expiry) {}

  /** Those in force at this instant; none while the API server was not heard. */
  List<BreakGlass> active(Instant now);
}
