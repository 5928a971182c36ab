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
 * @param generation counts the configurations applied by this process, from 1
 * @param trace where it stands in its trace, empty when there is none
 * @param stages the steps of the review itself, such as {@code review.parse}; what was done for an
 *     image is with the image
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
    long generation,
    Optional<TraceRef> trace,
    List<Stage> stages,
    List<ImageDecision> images) {

  /** Who decided. */
  public record Service(String version, String cluster, String replica) {}

  /**
   * What was asked.
   *
   * @param caller subject of the client certificate, or {@code anonymous}
   * @param endpoint {@code mutate}, {@code validate} or {@code review}
   * @param owner controller owner as {@code Kind/name}
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
      Optional<String> owner,
      boolean dryRun,
      String user,
      List<String> groups) {}

  /** The same with one more step of the review. */
  public Decision then(Stage stage) {
    List<Stage> all = new ArrayList<>(stages);
    all.add(stage);
    return new Decision(
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
        generation,
        trace,
        List.copyOf(all),
        images);
  }
}
