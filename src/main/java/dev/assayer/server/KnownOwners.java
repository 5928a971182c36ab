package dev.assayer.server;

import dev.assayer.config.Config;
import dev.assayer.config.StateConfig;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult.Valid;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.state.SharedFacts;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a decision is known that let a running image in: by the records that child approval keeps
 * of workloads. Where none are kept for all replicas, the digest in the pod's own specification is
 * taken for the trace of one, since that is what the webhook writes.
 */
final class KnownOwners {
  private static final Pattern UID = Pattern.compile("[0-9A-Za-z-]{1,64}");

  private final SharedFacts facts;
  private final Config config;

  KnownOwners(SharedFacts facts, Config config) {
    this.facts = facts;
    this.config = config;
  }

  /**
   * Whether one is known.
   *
   * @param pod UID of one of the pods
   * @param decision what was found of the image today
   */
  boolean know(RunningImage image, String pod, ImageDecision decision) {
    if (recorded(image.workload().uid(), image) || recorded(pod, image)) {
      return true;
    }
    if (image.mirror()) {
      return false;
    }
    boolean recording =
        config.automaticChildApproval().enabled()
            && !(config.state() instanceof StateConfig.Memory)
            && decision.mode() == Mode.ENFORCE;
    boolean pinning = config.mutation() != Config.Mutation.NONE;
    boolean pinned = image.image().reference().indexOf('@') >= 0;
    return !recording && (pinned || !pinning);
  }

  /** A record that lists its images speaks only for those. */
  private boolean recorded(String uid, RunningImage image) {
    if (!UID.matcher(uid).matches()) {
      return false; // an owner reference may claim anything
    }
    Optional<JsonObject> record = facts.find(SharedFacts.Kind.OWNER, uid);
    if (record.isEmpty()) {
      return false;
    }
    List<String> listed =
        record.flatMap(found -> found.get("images")).flatMap(Json::asArray).stream()
            .flatMap(images -> images.values().stream())
            .flatMap(one -> one.asObject().stream())
            .flatMap(one -> one.get("reference").flatMap(Json::asString).stream())
            .toList();
    return !record.get().has("images")
        || listed.stream().anyMatch(one -> name(one).equals(name(image.image().reference())));
  }

  /** The normal form without the digest: an owner may name a tag that its pods have pinned. */
  private static String name(String reference) {
    return ImageReference.parse(reference) instanceof Valid(ImageReference parsed)
        ? parsed.matchName()
        : reference;
  }
}
