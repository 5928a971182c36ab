package dev.assayer.config;

import dev.assayer.json.JsonObject;
import java.util.Map;
import java.util.Optional;

/**
 * One case of a policy test.
 *
 * @param name what it shows; unique in its file
 * @param line line of the case in the file, from 1
 * @param image the image as a pod would name it; any string
 * @param namespace the namespace of the pod; empty: rules with namespaces do not apply
 * @param kind kind of the object that holds the image, such as {@code Pod}
 * @param endpoint where the object is posted
 * @param trust what each validator finds, by its name; the others find no trust data
 * @param expected the fields that are compared, as in the answer: {@code rule}, {@code index},
 *     {@code verdict}, {@code reason}, {@code outcome}, {@code mode}, {@code digest}, {@code
 *     patched}, {@code validator}; never empty
 */
public record PolicyCase(
    String name,
    int line,
    String image,
    Optional<String> namespace,
    String kind,
    Endpoint endpoint,
    Map<String, StubbedTrust> trust,
    JsonObject expected) {

  /** The webhook's two paths. */
  public enum Endpoint {
    /** Pins what it verifies. */
    MUTATE,
    /** Judges the final object, which must be pinned. */
    VALIDATE
  }
}
