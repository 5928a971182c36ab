package dev.assayer.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The record of one admission request: what was asked, by whom, what was found and what was
 * answered.
 *
 * @param recordId UUIDv7
 * @param time wall clock when the decision was made
 * @param budget time that the request had
 * @param took time that it used
 * @param detail what happened, where no image says it; else empty
 * @param policyDigest {@code sha256:…} of the configuration in force
 * @param trustRootDigest {@code sha256:…} of the pinned keys in force
 * @param policyFacts what a replay against another configuration compares beside the rules
 * @param generation counts the configurations applied by this process, from 1
 * @param trace where it stands in its trace, empty when there is none
 * @param stages the steps of the review itself, such as {@code review.parse}; what was done for an
 *     image is with the image
 * @param logged where it is in the log, if it is
 */
public record Decision(
    String recordId,
    Instant time,
    long sequence,
    Duration budget,
    Duration took,
    Service service,
    Request request,
    Outcome outcome,
    Verdict verdict,
    Reason reason,
    String detail,
    Mode mode,
    String policyDigest,
    String trustRootDigest,
    PolicyFacts policyFacts,
    long generation,
    Optional<TraceRef> trace,
    List<Stage> stages,
    List<ImageDecision> images,
    Optional<Logged> logged) {

  /** A decision that is in no log, by a configuration of which no more is known. */
  public Decision(
      String recordId,
      Instant time,
      long sequence,
      Duration budget,
      Duration took,
      Service service,
      Request request,
      Outcome outcome,
      Verdict verdict,
      Reason reason,
      String detail,
      Mode mode,
      String policyDigest,
      String trustRootDigest,
      long generation,
      Optional<TraceRef> trace,
      List<Stage> stages,
      List<ImageDecision> images) {
    this(
        recordId,
        time,
        sequence,
        budget,
        took,
        service,
        request,
        outcome,
        verdict,
        reason,
        detail,
        mode,
        policyDigest,
        trustRootDigest,
        PolicyFacts.UNKNOWN,
        generation,
        trace,
        stages,
        images,
        Optional.empty());
  }

  /** The same by a configuration of which this is known. */
  public Decision under(PolicyFacts facts) {
    return with(request, facts, stages, images, logged);
  }

  /** The same as asked by somebody of this name and these groups. */
  public Decision by(String user, List<String> groups) {
    return with(request.by(user, groups), policyFacts, stages, images, logged);
  }

  /** Who decided. */
  public record Service(String version, String cluster, String replica) {}

  /**
   * The controlling owner that the object claims.
   *
   * @param apiVersion such as {@code apps/v1}
   * @param confirmed true if the API server confirmed it for this decision; anybody who writes the
   *     object can forge a claim
   */
  public record Owner(String apiVersion, String kind, String name, String uid, boolean confirmed) {

    /** A claim that nobody has looked into. */
    public static Owner claimed(String apiVersion, String kind, String name, String uid) {
      return new Owner(apiVersion, kind, name, uid, false);
    }
  }

  /**
   * What was asked.
   *
   * @param caller subject of the client certificate, or {@code anonymous}
   * @param endpoint {@code mutate}, {@code validate} or {@code review}
   * @param owner the controlling owner that the object claims, if it claims exactly one
   */
  public record Request(
      String uid,
      String caller,
      String endpoint,
      String operation,
      String apiVersion,
      String kind,
      String namespace,
      String name,
      Optional<Owner> owner,
      boolean dryRun,
      String user,
      List<String> groups) {

    /** The same, asked by this user. */
    public Request by(String name, List<String> memberOf) {
      return new Request(
          uid,
          caller,
          endpoint,
          operation,
          apiVersion,
          kind,
          namespace,
          this.name,
          owner,
          dryRun,
          name,
          memberOf);
    }

    /** The same where the API server confirmed the owner. */
    public Request confirmed() {
      return new Request(
          uid,
          caller,
          endpoint,
          operation,
          apiVersion,
          kind,
          namespace,
          name,
          owner.map(claim ->
              new Owner(claim.apiVersion(), claim.kind(), claim.name(), claim.uid(), true)),
          dryRun,
          user,
          groups);
    }
  }

  /** The same with more steps of the review. */
  public Decision then(List<Stage> more) {
    List<Stage> all = new ArrayList<>(stages);
    all.addAll(more);
    return with(request, policyFacts, List.copyOf(all), images, logged);
  }

  /** The same after it was put into the log. */
  public Decision in(Logged place) {
    return with(request, policyFacts, stages, images, Optional.of(place));
  }

  /** The same with its evidence by name only. */
  public Decision named() {
    return with(
        request,
        policyFacts.named(),
        stages,
        images.stream().map(ImageDecision::named).toList(),
        logged);
  }

  private Decision with(
      Request asked,
      PolicyFacts facts,
      List<Stage> steps,
      List<ImageDecision> found,
      Optional<Logged> place) {
    return new Decision(
        recordId,
        time,
        sequence,
        budget,
        took,
        service,
        asked,
        outcome,
        verdict,
        reason,
        detail,
        mode,
        policyDigest,
        trustRootDigest,
        facts,
        generation,
        trace,
        steps,
        found,
        place);
  }
}
