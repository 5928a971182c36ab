package dev.assayer.proof;

import dev.assayer.audit.EvidenceStore;
import dev.assayer.decision.Evidence;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.proof.Proof.Part;
import dev.assayer.proof.Proof.Result;
import dev.assayer.proof.RecordedDecision.EvidenceRef;
import dev.assayer.proof.RecordedDecision.Image;
import dev.assayer.proof.RecordedDecision.SignerRef;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Verifies again what was decided of one image. */
final class ImageProver {
  /** What verified files and the policy alone decide: there the second time must say the same. */
  private static final Set<Reason> DECIDED_BY_FILES =
      Set.of(
          Reason.SIGNATURE_VALID,
          Reason.POLICY_EXEMPT,
          Reason.TAG_NOT_SIGNED,
          Reason.UNSIGNED,
          Reason.DELEGATION_MISSING,
          Reason.DELEGATIONS_DISAGREE,
          Reason.DELEGATION_NOT_AUTHORISED,
          Reason.TAG_DIGEST_CONFLICT,
          Reason.METADATA_EXPIRED,
          Reason.DENIED_BY_POLICY,
          Reason.NO_MATCHING_RULE,
          Reason.REFERENCE_INVALID);

  private final RecordedDecision decision;
  private final KeptFiles files;
  private final OfflineAssayer offline;

  ImageProver(RecordedDecision decision, KeptFiles files, OfflineAssayer offline) {
    this.decision = decision;
    this.files = files;
    this.offline = offline;
  }

  Part prove(Image image) throws IOException {
    Optional<Reason> reason =
        Arrays.stream(Reason.values())
            .filter(known -> known.code().equals(image.reason()))
            .findFirst();
    if (reason.isEmpty()) {
      return part(image, Result.NOT_PROVABLE, "this version does not know the reason");
    }
    if (!reason.get().verdict().code().equals(image.verdict())) {
      return part(
          image,
          Result.CONTRADICTED,
          "the reason " + image.reason() + " never comes with the verdict " + image.verdict());
    }
    Optional<String> elsewhere = elsewhere(reason.get());
    return elsewhere.isPresent()
        ? part(image, Result.NOT_PROVABLE, elsewhere.get())
        : replayed(image, reason.get());
  }

  /** What a reason rests on that is in no file. */
  private static Optional<String> elsewhere(Reason reason) {
    return switch (reason) {
      case UNCHANGED ->
          Optional.of("it was in the stored object already, which only the API server knew");
      case CHILD_APPROVED ->
          Optional.of("its owner had been verified before: prove the decision about the owner");
      case GRACE -> Optional.of("it had been verified before, while its Notary answered");
      case BREAK_GLASS ->
          Optional.of("a break-glass object was in the cluster, which only that knew");
      case NOT_PINNED -> Optional.of("that this object had to name a digest is not in any file");
      case NO_TRUST_DATA, METADATA_MISSING ->
          Optional.of("that a server had no such file is not in any file");
      case ROLLBACK, EQUIVOCATION ->
          Optional.of("it rests on what the replica remembered, which is not kept");
      default ->
          reason.verdict() == Verdict.ERROR || reason.verdict() == Verdict.TIMEOUT
              ? Optional.of("nothing could be verified then: the record says what failed")
              : Optional.empty();
    };
  }

  private Part replayed(Image image, Reason reason) throws IOException {
    List<Evidence> evidence = new ArrayList<>();
    Optional<String> gap = Optional.empty();
    for (EvidenceRef named : image.evidence()) {
      String name = named.role() + " version " + named.version();
      Optional<EvidenceStore.Found> found =
          named.file().kept() ? files.file(named.file().sha256()) : Optional.empty();
      if (found.isEmpty()) {
        gap =
            Optional.of(
                named.file().kept()
                    ? "evidence was removed: " + name + ", " + named.file().sha256()
                    : "evidence was not kept: " + name);
        continue;
      }
      switch (found.get()) {
        case EvidenceStore.Found.Altered(String file) -> {
          return part(image, Result.CONTRADICTED, "evidence was altered: " + name + ", " + file);
        }
        case EvidenceStore.Found.Whole(byte[] content) -> {
          if (content.length != named.file().length()) {
            return part(
                image, Result.CONTRADICTED, "evidence of another length than recorded: " + name);
          }
          evidence.add(
              new Evidence(
                  named.validator(),
                  named.role(),
                  named.version(),
                  named.file().sha256(),
                  content));
        }
      }
    }
    return judged(image, reason, evidence, gap);
  }

  private Part judged(Image image, Reason reason, List<Evidence> evidence, Optional<String> gap) {
    ImageDecision again = decide(image, decision.time(), evidence, true);
    Instant judged = decision.time();
    for (Attempt attempt : attempts(image)) {
      if (!same(image, again)) {
        judged = attempt.at();
        again = decide(image, judged, evidence, attempt.rotations());
      }
    }
    if (same(image, again)) {
      return part(image, Result.PROVEN, proven(image, reason, evidence, judged));
    }
    String said =
        "verified again as of "
            + judged
            + " it is "
            + again.verdict().code()
            + " ["
            + again.reason().code()
            + "]"
            + again.digest().map(digest -> " " + digest).orElse("")
            + (again.detail().isEmpty() ? "" : ", " + again.detail());
    if (gap.isPresent()) {
      return part(image, Result.NOT_PROVABLE, gap.get());
    }
    boolean admittedNow = again.verdict().admits();
    boolean admittedThen = reason.verdict().admits();
    boolean contradicts = (admittedThen || admittedNow) && DECIDED_BY_FILES.contains(reason);
    return part(
        image,
        contradicts ? Result.CONTRADICTED : Result.NOT_PROVABLE,
        contradicts ? said : "what was refused was not verified and so not kept; " + said);
  }

  private record Attempt(Instant at, boolean rotations) {}

  /**
   * Expiry was judged when the verification began, at most the whole time of the request before the
   * decision was made. A root may have been fetched twice without any rotation.
   */
  private List<Attempt> attempts(Image image) {
    List<Attempt> attempts = new ArrayList<>();
    image
        .start()
        .map(start -> decision.time().minus(decision.took()).plus(start))
        .filter(begun -> begun.isBefore(decision.time()))
        .ifPresent(begun -> attempts.add(new Attempt(begun, true)));
    attempts.add(new Attempt(decision.time(), false));
    return attempts;
  }

  private ImageDecision decide(
      Image image, Instant at, List<Evidence> evidence, boolean rotations) {
    return offline.decide(image.requested(), decision.namespace(), at, evidence, rotations);
  }

  private static boolean same(Image then, ImageDecision now) {
    Set<SignerRef> signers =
        now.signers().stream()
            .map(signer -> new SignerRef(signer.role(), signer.keyId()))
            .collect(Collectors.toSet());
    return now.reason().code().equals(then.reason())
        && now.digest().equals(then.digest())
        && now.normalised().equals(then.normalised())
        && now.mode().code().equals(then.mode())
        && signers.equals(new HashSet<>(then.signers()));
  }

  private static String proven(
      Image image, Reason reason, List<Evidence> evidence, Instant judged) {
    if (reason == Reason.POLICY_EXEMPT) {
      return "the policy admits it without a signature; nothing was verified";
    }
    String mode = image.mode().equals("enforce") ? "" : " in mode " + image.mode();
    String verdict = reason.verdict().code() + " [" + image.reason() + "]" + mode;
    if (reason == Reason.SIGNATURE_VALID) {
      String signers =
          image.signers().stream()
              .map(signer -> signer.role() + " with key " + signer.keyId())
              .collect(Collectors.joining(", "));
      return verdict
          + ": it is "
          + image.digest().orElse("")
          + ", signed by "
          + signers
          + "; "
          + evidence.size()
          + " files verified again as of "
          + judged;
    }
    return verdict + ": " + evidence.size() + " files verified again as of " + judged;
  }

  private static Part part(Image image, Result result, String why) {
    return new Part(image.requested(), result, why);
  }
}
