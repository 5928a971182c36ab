package dev.assayer.admission;

import dev.assayer.config.Config;
import dev.assayer.config.Config.Mutation;
import dev.assayer.config.Config.UnknownKinds;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.Verdict;
import dev.assayer.image.Digest;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult.Valid;
import dev.assayer.json.JsonObject;
import dev.assayer.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a request that was understood to what is decided of it. */
final class DecisionFlow {
  /** The endpoint that judges the final object and never rewrites it. */
  static final String VALIDATE = "validate";

  private static final int MAX_IMAGES = 512;

  private final Config config;
  private final Examiner examiner;
  private final Images images;
  private final Approvals approvals;
  private final NamespaceScope scope;
  private final BrokenGlass glass;

  DecisionFlow(Config config, Examiner examiner, Approvals approvals, Environment environment) {
    this.config = config;
    this.examiner = examiner;
    this.approvals = approvals;
    images = new Images(examiner);
    scope =
        new NamespaceScope(config.namespaces(), environment.cluster().map(ClusterView::namespaces));
    glass =
        new BrokenGlass(
            environment.cluster().map(ClusterView::emergencies),
            environment.clock(),
            UserNames.of(config.audit()));
  }

  /**
   * Decides of a request.
   *
   * @param stages takes the time of what is done for the whole review
   * @throws BadReviewException if the object cannot be read as what its kind says it is
   */
  Conclusion conclude(ReviewRequest request, StageLog stages, Deadline deadline)
      throws BadReviewException {
    if (!request.canStartContainers() || request.object().isEmpty()) {
      return notApplicable(Reason.NO_IMAGES);
    }
    Node object = request.object().get();
    Optional<WorkloadKind> kind = request.workload();
    if (kind.isEmpty()) {
      return foreign(request, object, stages);
    }
    List<ImageSite> sites =
        ImageSite.worthTelling(
            PodImages.against(request.stored(), kind.get(), PodImages.of(kind.get(), object)),
            MAX_IMAGES);
    return early(request, sites, stages)
        .orElseGet(() -> judged(request, kind.get(), sites, stages, deadline));
  }

  /** What is decided of a request whose objects there is no room to read. */
  Conclusion overloaded(ReviewRequest request, String detail) {
    return request.canStartContainers()
        ? Conclusion.undecided(Reason.OVERLOAD, detail, mode())
        : notApplicable(Reason.NO_IMAGES);
  }

  /** What is decided without asking anybody about any image. */
  private Optional<Conclusion> early(
      ReviewRequest request, List<ImageSite> sites, StageLog stages) {
    if (sites.isEmpty()) {
      return Optional.of(notApplicable(Reason.NO_IMAGES));
    }
    List<ImageSite> fresh = sites.stream().filter(site -> !site.unchanged()).toList();
    if (fresh.isEmpty() && request.isBeingDeleted()) {
      List<ImageDecision> asStored =
          sites.stream().map(site -> unasked(site, Reason.UNCHANGED, "being deleted")).toList();
      return Optional.of(Conclusion.notApplicable(Reason.BEING_DELETED, mode(), asStored));
    }
    Optional<Conclusion> ignored =
        fresh.isEmpty() ? Optional.empty() : ignored(request, sites, stages);
    if (ignored.isPresent()) {
      return ignored;
    }
    if (fresh.size() > MAX_IMAGES) {
      String detail =
          "the object names more than " + MAX_IMAGES + " new images, the limit; split it";
      return Optional.of(
          Conclusion.of(List.of(unasked(fresh.get(MAX_IMAGES), Reason.TOO_LARGE, detail))));
    }
    return Optional.empty();
  }

  /** Where the namespace is out of verification, its images are told and not looked at. */
  private Optional<Conclusion> ignored(
      ReviewRequest request, List<ImageSite> sites, StageLog stages) {
    return request
        .namespace()
        .flatMap(namespace -> scope.excludes(namespace, stages))
        .map(why ->
            Conclusion.notApplicable(
                Reason.NAMESPACE_IGNORED,
                mode(),
                sites.stream()
                    .limit(MAX_IMAGES)
                    .map(site -> unasked(site, Reason.NAMESPACE_IGNORED, why))
                    .toList()));
  }

  private Conclusion judged(
      ReviewRequest request,
      WorkloadKind kind,
      List<ImageSite> sites,
      StageLog stages,
      Deadline deadline) {
    boolean last = request.facts().endpoint().equals(VALIDATE);
    boolean patches = !last && pins(kind);
    OwnerApproval approval = approvals.sought(request, sites, patches, stages, deadline);
    Circumstances under =
        new Circumstances(request.namespace(), Optional.empty(), request.facts().dryRun())
            .ofFinalObject(last)
            .knowing(approval.or(glass.in(request.namespace())));
    List<ImageDecision> decisions = images.decide(sites, under, stages, deadline);
    if (MirrorPod.is(request)) {
      return Conclusion.notApplicable(Reason.MIRROR_POD, mode(), decisions);
    }
    if (!last) {
      Conclusion conclusion = Conclusion.of(decisions);
      return patches ? patched(conclusion, sites, stages) : conclusion;
    }
    Conclusion conclusion =
        Conclusion.of(pins(kind) ? decisions.stream().map(this::pinned).toList() : decisions);
    return conclusion.remembering(approvals.verified(request, kind, conclusion, approval, stages));
  }

  private static Conclusion patched(Conclusion conclusion, List<ImageSite> sites, StageLog stages) {
    try (StageLog.Span span = stages.begin("patch.build")) {
      Conclusion patched = conclusion.patched(sites);
      span.note(patched.patch().size() + " operations");
      return patched;
    }
  }

  private boolean pins(WorkloadKind kind) {
    return config.mutation() == Mutation.WORKLOADS
        || (config.mutation() == Mutation.PODS && kind == WorkloadKind.POD);
  }

  private ImageDecision pinned(ImageDecision image) {
    boolean loose =
        image.verdict() == Verdict.VERIFIED
            && ImageReference.parse(image.requested()) instanceof Valid(ImageReference reference)
            && reference.digest().isEmpty();
    return loose ? Images.notPinned(image) : image;
  }

  /** Kinds that are not ours: looked into, because what their controllers start is never seen. */
  private Conclusion foreign(ReviewRequest request, Node object, StageLog stages) {
    if (request.group().equals("apps") && request.facts().kind().equals("ControllerRevision")) {
      // The history of a DaemonSet or StatefulSet, which are verified themselves; starts nothing.
      return notApplicable(Reason.NO_IMAGES);
    }
    Optional<JsonObject> stored = request.stored().map(Node::value);
    List<ImageSite> sites =
        ImageSite.worthTelling(
            TemplateSearch.in(object.value(), stored, Integer.MAX_VALUE), MAX_IMAGES);
    return early(request, sites, stages)
        .orElseGet(() -> {
          List<ImageDecision> decisions = new ArrayList<>();
          for (ImageSite site : sites) {
            decisions.add(foreign(request, site));
          }
          return Conclusion.of(decisions);
        });
  }

  private ImageDecision foreign(ReviewRequest request, ImageSite site) {
    if (site.unchanged()) {
      return unasked(site, Reason.UNCHANGED, "as in the stored object");
    }
    Optional<Judgement> revoked = digest(site).flatMap(examiner::revoked);
    if (revoked.isPresent()) {
      return images.unasked(site, revoked.get());
    }
    String kind = request.facts().kind() + " of " + request.facts().apiVersion();
    return config.unknownKinds() == UnknownKinds.EXEMPT
        ? unasked(site, Reason.POLICY_EXEMPT, kind + " is exempt by unknownKinds: exempt")
        : unasked(
            site,
            Reason.DENIED_BY_POLICY,
            "kind "
                + kind
                + " is not known and holds a pod template; unknownKinds: exempt would admit it");
  }

  private static Optional<Digest> digest(ImageSite site) {
    return ImageReference.parse(site.requested()) instanceof Valid(ImageReference reference)
        ? reference.digest()
        : Optional.empty();
  }

  private ImageDecision unasked(ImageSite site, Reason reason, String detail) {
    return images.unasked(site, Judgement.of(reason, detail));
  }

  private Conclusion notApplicable(Reason reason) {
    return Conclusion.notApplicable(reason, mode(), List.of());
  }

  /** The mode of what no rule speaks about. */
  Mode mode() {
    return examiner.mode(Mode.ENFORCE);
  }
}
