package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The bootstrap sentinel: while it runs, replicas of a new installation are ready although there is
 * no webhook yet. A pod under its name is genuine if it runs under the account of the chart's hooks
 * (whoever can start such a pod can use that account to remove the webhook anyway), runs this
 * release's image and nothing else, and is annotated with the UID of this very namespace, so that
 * one from elsewhere or from before says nothing.
 */
final class Sentinel {
  static final String NAME = "assayer-bootstrap-sentinel";
  static final String RELEASE_LABEL = "assayer.dev/release";
  static final String UID_ANNOTATION = "assayer.dev/namespace-uid";

  /** No sentinel can be older. */
  static final Duration LIFETIME = Duration.ofMinutes(5);

  /** How long it may run before it has announced itself. */
  private static final Duration ANNOUNCEMENT = Duration.ofSeconds(60);

  /** How far the API server's clock may be ahead of ours. */
  private static final Duration SKEW = Duration.ofSeconds(30);

  private Sentinel() {}

  /**
   * What a genuine one is like.
   *
   * @param account service account of the chart's hooks
   * @param namespaceUid of the own namespace
   * @param images of the own pod's containers
   */
  record Wanted(String release, String account, String namespaceUid, Set<String> images) {
    Wanted {
      images = Set.copyOf(images);
    }
  }

  /**
   * What a pod under the name is.
   *
   * @param uid the pod's
   * @param result empty while it does not run, or has not announced itself yet
   * @param started when it was made, if that can be read
   * @param why one clause
   */
  record Look(String uid, Optional<SentinelResult> result, Optional<Instant> started, String why) {
    boolean genuine() {
      return result.equals(Optional.of(SentinelResult.GENUINE));
    }
  }

  /** Judges the pod. */
  static Look judge(JsonObject pod, Wanted wanted, Instant now) {
    String uid = Text.text(pod, "metadata", "uid");
    Optional<Instant> made = instant(Text.text(pod, "metadata", "creationTimestamp"));
    Optional<String> forged = forged(pod, wanted);
    if (forged.isPresent()) {
      return new Look(uid, Optional.of(SentinelResult.FORGED), made, forged.get());
    }
    String phase = Text.text(pod, "status", "phase");
    if (!phase.equals("Running") || !Text.text(pod, "metadata", "deletionTimestamp").isEmpty()) {
      return new Look(uid, Optional.empty(), made, "the bootstrap sentinel does not run");
    }
    if (made.isEmpty() || made.get().isAfter(now.plus(SKEW))) {
      return new Look(uid, Optional.of(SentinelResult.FORGED), made, "its age cannot be told");
    }
    Duration age = Duration.between(made.get(), now);
    if (age.compareTo(LIFETIME) > 0) {
      return new Look(
          uid,
          Optional.of(SentinelResult.EXPIRED),
          made,
          "the bootstrap sentinel is older than " + LIFETIME.toMinutes() + " minutes");
    }
    String announced = Text.text(pod, "metadata", "annotations", UID_ANNOTATION);
    if (announced.isEmpty() && age.compareTo(ANNOUNCEMENT) <= 0) {
      return new Look(
          uid, Optional.empty(), made, "the bootstrap sentinel has not announced itself yet");
    }
    return announced.equals(wanted.namespaceUid())
        ? new Look(uid, Optional.of(SentinelResult.GENUINE), made, "the bootstrap sentinel runs")
        : new Look(
            uid,
            Optional.of(SentinelResult.FORGED),
            made,
            "the bootstrap sentinel is not annotated with the UID of this namespace");
  }

  private static Optional<String> forged(JsonObject pod, Wanted wanted) {
    if (!Text.text(pod, "spec", "serviceAccountName").equals(wanted.account())) {
      return Optional.of(
          "the bootstrap sentinel does not run under the service account " + wanted.account());
    }
    if (!Text.text(pod, "metadata", "labels", RELEASE_LABEL).equals(wanted.release())) {
      return Optional.of("the bootstrap sentinel is not labelled with this release");
    }
    String announced = Text.text(pod, "metadata", "annotations", UID_ANNOTATION);
    if (!announced.isEmpty() && !announced.equals(wanted.namespaceUid())) {
      return Optional.of("the bootstrap sentinel is annotated with the UID of another namespace");
    }
    List<JsonObject> containers = Text.objects(pod, "spec", "containers");
    boolean alone =
        containers.size() == 1
            && Text.objects(pod, "spec", "initContainers").isEmpty()
            && Text.objects(pod, "spec", "ephemeralContainers").isEmpty();
    if (!alone || !wanted.images().contains(Text.text(containers.getFirst(), "image"))) {
      return Optional.of("the bootstrap sentinel does not run the image of this release alone");
    }
    return Optional.empty();
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeException none) {
      return Optional.empty();
    }
  }
}
