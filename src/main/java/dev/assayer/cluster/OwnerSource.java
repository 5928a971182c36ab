package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.time.Duration;

/** Looks up the object that another one claims as its controller. Never throws. */
public interface OwnerSource {

  /**
   * The claim, as an owner reference in the namespace of the child makes it; anybody who writes the
   * child can forge it.
   *
   * @param apiVersion such as {@code apps/v1}
   */
  record Claim(String apiVersion, String kind, String namespace, String name, String uid) {}

  /** What became of a claim. */
  sealed interface Found {
    /** There is such an object, with that UID, and it is not being deleted. */
    record Living(JsonObject object) implements Found {}

    /** There is no such object, or it is another one, or it is being deleted. */
    record Refuted(String why) implements Found {}

    /** The API server did not say. */
    record Unknown(String why) implements Found {}
  }

  /**
   * Asks the API server.
   *
   * @param patience the longest that this takes
   */
  Found find(Claim claim, Duration patience);
}
