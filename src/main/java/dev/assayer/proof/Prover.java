package dev.assayer.proof;

import dev.assayer.audit.EvidenceStore;
import dev.assayer.config.Config;
import dev.assayer.config.KeptPolicy;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.decision.Verdict;
import dev.assayer.json.JsonObject;
import dev.assayer.proof.Proof.Part;
import dev.assayer.proof.Proof.Result;
import dev.assayer.proof.RecordedDecision.FileRef;
import dev.assayer.proof.RecordedDecision.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Verifies a recorded decision again, as of its time, with the keys that were trusted then. That
 * the record is in the log is proven elsewhere; from there on nothing is believed but what has the
 * hash that the record names.
 */
public final class Prover {
  private static final String POLICY = "policy";
  private static final String DECISION = "decision";

  private final KeptFiles files;
  private final SignatureVerifier verifier = SignatureVerifier.create();

  /** Proves with these files. */
  public Prover(KeptFiles files) {
    this.files = files;
  }

  /**
   * Verifies this decision.
   *
   * @param record as the log has it
   * @throws IOException if kept files cannot be read
   */
  public Proof prove(JsonObject record) throws IOException {
    Optional<RecordedDecision> decision = RecordedDecision.of(record);
    if (decision.isEmpty()) {
      return new Proof(
          List.of(new Part(DECISION, Result.CONTRADICTED, "the record cannot be understood")),
          List.of());
    }
    return new Proof(parts(decision.get()), assumed(decision.get()));
  }

  private List<Part> parts(RecordedDecision decision) throws IOException {
    List<Part> parts = new ArrayList<>();
    incoherent(decision).ifPresent(parts::add);
    Loaded loaded = policy(decision);
    parts.add(loaded.part());
    for (Image image : decision.images()) {
      parts.add(
          loaded.policy().isPresent()
              ? new ImageProver(
                      decision, files, new OfflineAssayer(loaded.policy().get(), verifier))
                  .prove(image)
              : new Part(
                  image.requested(),
                  Result.NOT_PROVABLE,
                  "without the policy nothing can be said"));
    }
    if (decision.images().isEmpty()) {
      parts.add(
          new Part(
              DECISION,
              Result.NOT_PROVABLE,
              "no image was decided about; that the object had none rests on the record alone"));
    }
    return parts;
  }

  /** What an admission says of itself must fit together, whoever wrote it. */
  private static Optional<Part> incoherent(RecordedDecision decision) {
    return decision.images().stream()
        .filter(image -> decision.outcome().equals("allowed"))
        .filter(image -> image.mode().equals("enforce") && !admits(image.verdict()))
        .findFirst()
        .map(image ->
            new Part(
                DECISION,
                Result.CONTRADICTED,
                "it was allowed though "
                    + image.requested()
                    + " is "
                    + image.verdict()
                    + " in mode enforce"));
  }

  private static boolean admits(String verdict) {
    return Arrays.stream(Verdict.values())
        .anyMatch(known -> known.code().equals(verdict) && known.admits());
  }

  private record Loaded(Part part, Optional<Config> policy) {
    static Loaded none(Result result, String why) {
      return new Loaded(new Part(POLICY, result, why), Optional.empty());
    }
  }

  private Loaded policy(RecordedDecision decision) throws IOException {
    Optional<FileRef> named = decision.policy();
    if (named.isEmpty() || !named.get().kept()) {
      return Loaded.none(Result.NOT_PROVABLE, "it was not kept when this was decided");
    }
    Optional<EvidenceStore.Found> found = files.file(named.get().sha256());
    if (found.isEmpty()) {
      return Loaded.none(
          Result.NOT_PROVABLE, "its file " + named.get().sha256() + " was kept, and was removed");
    }
    return switch (found.get()) {
      case EvidenceStore.Found.Altered(String file) ->
          Loaded.none(Result.CONTRADICTED, "its file " + file + " was altered");
      case EvidenceStore.Found.Whole(byte[] content) -> read(decision, content);
    };
  }

  private static Loaded read(RecordedDecision decision, byte[] content) {
    Optional<Config> policy = KeptPolicy.read(content);
    if (policy.isEmpty()) {
      return Loaded.none(
          Result.NOT_PROVABLE, "it is from another version, and this one does not understand it");
    }
    if (!policy.get().trustRootDigest().equals(decision.trustRootDigest())) {
      return Loaded.none(
          Result.CONTRADICTED, "it trusts other keys than the record's trust_root_digest says");
    }
    return new Loaded(
        new Part(
            POLICY,
            Result.PROVEN,
            "it is the one that the record names, and trusts the keys that the record names ("
                + decision.trustRootDigest()
                + ")"),
        policy);
  }

  private static List<String> assumed(RecordedDecision decision) {
    List<String> assumed = new ArrayList<>();
    assumed.add(
        "the time, "
            + decision.time()
            + ", is what the clock of the replica said; the log proves the order of its entries");
    assumed.add("who asked, and for which object, is what the API server told the replica");
    if (decision.images().stream().anyMatch(image -> !image.evidence().isEmpty())) {
      assumed.add(
          "that no older trust data had been replaced by then, and no newer was withheld: that"
              + " rests on the memory of the replica");
    }
    return assumed;
  }
}
