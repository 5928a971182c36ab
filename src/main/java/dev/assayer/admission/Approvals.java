package dev.assayer.admission;

import dev.assayer.cluster.OwnerSource;
import dev.assayer.cluster.OwnerSource.Claim;
import dev.assayer.cluster.OwnerSource.Found;
import dev.assayer.config.Config;
import dev.assayer.config.StateConfig;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Signer;
import dev.assayer.decision.StageLog;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult.Valid;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.state.SharedFacts;
import dev.assayer.state.SharedFacts.Kind;
import dev.assayer.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Automatic child approval. What a workload object was verified with is remembered under its UID
 * once it is admitted; what its controller then makes of it, such as the pods of a ReplicaSet, is
 * pinned to the same digests without asking a validator again. A claim of an owner is worth nothing
 * until the API server has confirmed it; whatever cannot be confirmed is verified in full.
 */
final class Approvals {
  /**
   * How long a record is kept at least after it was last used: as good as for the owner's life,
   * without keeping for ever what was verified for objects long gone.
   */
  static final Duration LIFE = Duration.ofDays(365);

  /** How old a record in use may become before it is kept anew. */
  static final Duration RENEWAL = Duration.ofDays(30);

  /** The longest look-up; a quicker deadline gives it a fifth of what remains. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int PART = 5;

  /** Of a larger object the rest is verified in full. */
  static final int MAX_IMAGES = 64;

  private final Config config;
  private final SharedFacts facts;
  private final InstantSource clock;
  private final Set<String> revokedDigests;
  private final Set<String> revokedKeys;
  private final Optional<OwnerSource> owners;

  /** For this configuration; idle where it says so, in detection mode, and without a cluster. */
  Approvals(Config config, Environment environment) {
    this.config = config;
    facts = environment.facts();
    clock = environment.clock();
    revokedDigests = Set.copyOf(config.revoked().digests());
    revokedKeys = Set.copyOf(config.revoked().keyIds());
    owners =
        config.automaticChildApproval().enabled() && !config.detectionMode()
            ? environment.cluster().map(ClusterView::owners)
            : Optional.empty();
  }

  /**
   * What the owner that the object claims approves of these images.
   *
   * @param pins true if the answer will pin what is approved; else the object itself must
   * @param stages takes the time of what is looked up
   */
  OwnerApproval sought(
      ReviewRequest request,
      List<ImageSite> sites,
      boolean pins,
      StageLog stages,
      Deadline deadline) {
    Optional<Claim> claim = request.isDebug() ? Optional.empty() : claim(request);
    if (owners.isEmpty() || claim.isEmpty()) {
      return OwnerApproval.NONE;
    }
    Optional<OwnerRecord> record = recorded(claim.get(), stages);
    Map<String, List<OwnerRecord.Image>> candidates =
        record.map(known -> candidates(known, sites, pins)).orElse(Map.of());
    if (candidates.isEmpty()) {
      return OwnerApproval.NONE;
    }
    Optional<Set<String>> listed =
        living(owners.get(), claim.get(), request.facts().dryRun(), stages, deadline);
    if (listed.isEmpty()) {
      return OwnerApproval.NONE;
    }
    Map<String, OwnerRecord.Image> approved = new HashMap<>();
    candidates.forEach((image, choices) -> {
      List<OwnerRecord.Image> held =
          choices.stream().filter(one -> listed.get().contains(one.reference())).toList();
      // Two digests for one name: which of them the child should have nobody can say.
      if (held.stream().map(OwnerRecord.Image::digest).distinct().count() == 1) {
        approved.put(image, held.getFirst());
      }
    });
    if (!approved.isEmpty() && !request.facts().dryRun()) {
      renew(record.get());
    }
    return new OwnerApproval(claim.get().kind() + " " + claim.get().name(), Map.copyOf(approved));
  }

  private static Optional<Claim> claim(ReviewRequest request) {
    Optional<String> namespace = request.namespace();
    return namespace.isEmpty()
        ? Optional.empty()
        : request.object().flatMap(Approvals::metadata).flatMap(Owners::controller).stream()
            .map(owner ->
                new Claim(
                    Owners.text(owner, "apiVersion"),
                    Owners.text(owner, "kind"),
                    namespace.get(),
                    Owners.text(owner, "name"),
                    Owners.text(owner, "uid")))
            .filter(claim -> isUid(claim.uid()) && workload(claim).isPresent())
            .findFirst();
  }

  private static Optional<JsonObject> metadata(Node object) {
    return object.value().get("metadata").flatMap(Json::asObject);
  }

  /** The kind of the owner, if we can know it as verified: pods own nothing. */
  private static Optional<WorkloadKind> workload(Claim claim) {
    return Stream.of(WorkloadKind.values())
        .filter(kind ->
            kind != WorkloadKind.POD
                && kind.kind().equals(claim.kind())
                && kind.apiVersion().equals(claim.apiVersion()))
        .findFirst();
  }

  /** Fit to be a key of what is remembered; the API server's are RFC 4122. */
  private static boolean isUid(String text) {
    return !text.isEmpty()
        && text.length() <= 128
        && text.chars()
            .allMatch(c ->
                (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || c == '-');
  }

  /** What is remembered of this very object under what is in force now. */
  private Optional<OwnerRecord> recorded(Claim claim, StageLog stages) {
    String stage = "owner record";
    boolean near = config.state() instanceof StateConfig.Memory;
    try (StageLog.Span span = near ? stages.begin(stage) : stages.begin(stage, "state")) {
      Optional<OwnerRecord> record = facts.find(Kind.OWNER, claim.uid()).flatMap(OwnerRecord::of);
      boolean same = record.filter(found -> isOf(claim, found)).isPresent();
      boolean inForce =
          record
              .filter(found ->
                  found.policyDigest().equals(config.policyDigest())
                      && found.trustRootDigest().equals(config.trustRootDigest()))
              .isPresent();
      span.note(
          record.isEmpty()
              ? "none"
              : !same ? "of another object" : !inForce ? "under another policy" : "verified");
      return same && inForce ? record : Optional.empty();
    }
  }

  private static boolean isOf(Claim claim, OwnerRecord record) {
    return record.uid().equals(claim.uid())
        && record.namespace().equals(claim.namespace())
        && record.apiVersion().equals(claim.apiVersion())
        && record.kind().equals(claim.kind())
        && record.name().equals(claim.name());
  }

  /** For the normal form of each new image, what may have been verified as it. */
  private Map<String, List<OwnerRecord.Image>> candidates(
      OwnerRecord record, List<ImageSite> sites, boolean pins) {
    Map<String, List<OwnerRecord.Image>> candidates = new HashMap<>();
    for (ImageSite site : sites) {
      if (!site.unchanged()
          && ImageReference.parse(site.requested()) instanceof Valid(ImageReference image)) {
        List<OwnerRecord.Image> fitting =
            record.images().stream().filter(one -> one.is(image, pins) && !isRevoked(one)).toList();
        if (!fitting.isEmpty()) {
          candidates.put(image.text(), fitting);
        }
      }
    }
    return candidates;
  }

  private boolean isRevoked(OwnerRecord.Image image) {
    return revokedDigests.contains(image.digest().text())
        || image.keyIds().stream().anyMatch(revokedKeys::contains);
  }

  /** The images that the owner lists now; empty if it is not confirmed. */
  private Optional<Set<String>> living(
      OwnerSource source, Claim claim, boolean dryRun, StageLog stages, Deadline deadline) {
    Duration part = deadline.remaining().dividedBy(PART);
    Duration patience = part.compareTo(PATIENCE) < 0 ? part : PATIENCE;
    try (StageLog.Span span = stages.begin("owner lookup", "kubernetes")) {
      return switch (source.find(claim, patience)) {
        case Found.Living(JsonObject object) -> {
          span.note("living");
          yield workload(claim).map(kind -> listed(kind, Node.root(object, "")));
        }
        case Found.Refuted(String why) -> {
          span.note("refuted: " + Plain.ascii(why, 200));
          if (!dryRun) {
            // UIDs are never used again, and deletion is never taken back.
            facts.drop(Kind.OWNER, claim.uid());
          }
          yield Optional.empty();
        }
        case Found.Unknown(String why) -> {
          span.note("unknown: " + Plain.ascii(why, 200));
          yield Optional.empty();
        }
      };
    }
  }

  /** The images that the pods of an object have from their beginning. */
  private static Set<String> listed(WorkloadKind kind, Node object) {
    try {
      return PodImages.of(kind, object).stream()
          .filter(site -> site.type() != ContainerType.EPHEMERAL_CONTAINER)
          .map(ImageSite::requested)
          .collect(Collectors.toUnmodifiableSet());
    } catch (BadReviewException unreadable) {
      return Set.of();
    }
  }

  private void renew(OwnerRecord record) {
    Instant now = clock.instant();
    if (record.told().plus(RENEWAL).isBefore(now)) {
      remember(record.renewed(now));
    }
  }

  /**
   * What is to be remembered of an object once it is admitted, if anything. Only the final object
   * counts, with the UID that the API server gave it.
   *
   * @param approval what its own owner approved of it
   */
  Optional<OwnerRecord> verified(
      ReviewRequest request,
      WorkloadKind kind,
      Conclusion conclusion,
      OwnerApproval approval,
      StageLog stages) {
    Optional<Claim> object =
        owners.isEmpty()
                || kind == WorkloadKind.POD
                || conclusion.isDenied()
                || request.facts().dryRun()
                || !request.facts().endpoint().equals(DecisionFlow.VALIDATE)
            ? Optional.empty()
            : itself(request, kind);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    Map<String, OwnerRecord.Image> images = new LinkedHashMap<>();
    for (ImageDecision image : conclusion.images()) {
      verified(image, approval).ifPresent(entry -> images.put(image.requested(), entry));
    }
    if (images.isEmpty()) {
      return Optional.empty();
    }
    // Also of what is being replaced: somebody else may yet refuse this update.
    Set<String> stored = request.stored().map(before -> listed(kind, before)).orElse(Set.of());
    if (!stored.isEmpty()) {
      recorded(object.get(), stages)
          .ifPresent(before ->
              before.images().stream()
                  .filter(entry -> stored.contains(entry.reference()))
                  .forEach(entry -> images.putIfAbsent(entry.reference(), entry)));
    }
    return Optional.of(
        new OwnerRecord(
            object.get().uid(),
            object.get().namespace(),
            object.get().apiVersion(),
            object.get().kind(),
            object.get().name(),
            config.policyDigest(),
            config.trustRootDigest(),
            clock.instant(),
            images.values().stream().limit(MAX_IMAGES).toList()));
  }

  /** The object as a claim about itself; an update cannot give it another UID. */
  private static Optional<Claim> itself(ReviewRequest request, WorkloadKind kind) {
    Optional<JsonObject> metadata = request.object().flatMap(Approvals::metadata);
    String uid = metadata.map(data -> Owners.text(data, "uid")).orElse("");
    String name = metadata.map(data -> Owners.text(data, "name")).orElse("");
    boolean stays =
        request.operation() == ReviewRequest.Operation.CREATE
            || request
                .stored()
                .flatMap(Approvals::metadata)
                .filter(before -> Owners.text(before, "uid").equals(uid))
                .isPresent();
    return stays && isUid(uid) && !name.isEmpty()
        ? request
            .namespace()
            .map(namespace -> new Claim(kind.apiVersion(), kind.kind(), namespace, name, uid))
        : Optional.empty();
  }

  private static Optional<OwnerRecord.Image> verified(ImageDecision image, OwnerApproval approval) {
    if (image.mode() != Mode.ENFORCE) {
      return Optional.empty();
    }
    return switch (image.reason()) {
      case SIGNATURE_VALID ->
          image
              .digest()
              .flatMap(Digest::parse)
              .map(digest ->
                  new OwnerRecord.Image(image.requested(), digest, image.signers(), keyIds(image)));
      case CHILD_APPROVED ->
          image.normalised().flatMap(approval::image).map(owners -> owners.as(image.requested()));
      default -> Optional.empty();
    };
  }

  private static List<String> keyIds(ImageDecision image) {
    Set<String> ids = new TreeSet<>();
    image.signers().stream().map(Signer::keyId).forEach(ids::add);
    image.trust().stream()
        .flatMap(trust -> trust.chain().stream())
        .forEach(role -> ids.addAll(role.signedBy()));
    return new ArrayList<>(ids);
  }

  /** Keeps what was verified of an object that is being admitted. */
  void remember(OwnerRecord record) {
    facts.tell(Kind.OWNER, record.uid(), record.json(), clock.instant().plus(LIFE));
  }
}
