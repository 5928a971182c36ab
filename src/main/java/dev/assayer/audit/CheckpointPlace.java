package dev.assayer.audit;

import java.util.Optional;

/** Somewhere outside the log where its checkpoints are kept. Called by one thread at a time. */
public interface CheckpointPlace {
  /** A word of a closed set, for metrics: {@code configmap}, {@code webhook}, {@code witness}. */
  String code();

  /** Keeps a signed checkpoint; takes some seconds at most. */
  Kept keep(Offer offer);

  /**
   * A checkpoint of a log that others may keep.
   *
   * @param note its bytes, signed
   * @param checkpoint what it says
   * @param log proves and compares
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Offer(byte[] note, Checkpoint checkpoint, LogProver log) {}

  /** What became of it. */
  sealed interface Kept {
    /**
     * It is there.
     *
     * @param cosigned the note with the signatures of a witness, if there are any
     */
    record Done(Optional<String> cosigned) implements Kept {}

    /** It is not; {@code why} is one clause without secrets. */
    record Failed(String why) implements Kept {}

    /** What is there is no beginning of this log: one of the two was changed. */
    record Contradicted(String why) implements Kept {}
  }
}
