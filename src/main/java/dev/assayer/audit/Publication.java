package dev.assayer.audit;

import dev.assayer.crypto.SignatureVerifier;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the checkpoints of a log to places outside it, beside all admissions. A place that fails
 * is asked again soon, later and later; the last checkpoint always stands for those before it.
 */
final class Publication {
  /** The last checkpoint with the signatures of a witness. */
  static final String COSIGNED = "checkpoint.cosigned";

  private static final System.Logger LOGGER = System.getLogger(Publication.class.getName());
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final Path folder;
  private final LogKey key;
  private final Storage storage;
  private final LogObserver observer;
  private final SignatureVerifier verifier = SignatureVerifier.create();
  private final Map<String, State> states = new HashMap<>();

  /** How it goes with a place. */
  private static final class State {
    private String note = "";
    private int failures;
    private long notBefore = System.nanoTime();
    private String told = "";
  }

  Publication(Path folder, LogKey key, Storage storage, LogObserver observer) {
    this.folder = folder;
    this.key = key;
    this.storage = storage;
    this.observer = observer;
  }

  /**
   * Offers the checkpoint that stands now to each place that does not have it.
   *
   * @param now whether also where a pause is not over
   */
  void offer(List<CheckpointPlace> places, Duration pause, boolean now) {
    LogReader log = new LogReader(folder);
    Optional<byte[]> bytes;
    try {
      bytes = log.checkpoint();
    } catch (IOException unreadable) {
      return; // The log itself tells.
    }
    Optional<SignedNote> note = bytes.flatMap(SignedNote::read);
    Optional<Checkpoint> head = note.flatMap(found -> Checkpoint.of(found.text()));
    if (head.isEmpty()) {
      return;
    }
    LogProver prover = new LogProver(log, key, verifier, head.get());
    for (CheckpointPlace place : places) {
      State state = states.computeIfAbsent(place.code(), _ -> new State());
      String text = new String(bytes.get(), StandardCharsets.UTF_8);
      boolean isDue = now || System.nanoTime() - state.notBefore >= 0;
      if (isDue && !state.note.equals(text)) {
        offer(place, state, new CheckpointPlace.Offer(bytes.get(), head.get(), prover), pause);
      }
    }
  }

  private void offer(
      CheckpointPlace place, State state, CheckpointPlace.Offer offer, Duration pause) {
    CheckpointPlace.Kept kept;
    try {
      kept = place.keep(offer);
    } catch (RuntimeException failed) {
      kept = new CheckpointPlace.Kept.Failed(failed.getClass().getName());
    }
    switch (kept) {
      case CheckpointPlace.Kept.Done(Optional<String> cosigned) -> {
        cosigned.ifPresent(this::keep);
        state.note = new String(offer.note(), StandardCharsets.UTF_8);
        state.failures = 0;
        tell(state, place, "");
        observer.published(place.code(), LogObserver.Publication.PUBLISHED);
      }
      case CheckpointPlace.Kept.Failed(String why) -> {
        state.failures++;
        tell(state, place, why);
        observer.published(place.code(), LogObserver.Publication.FAILED);
      }
      case CheckpointPlace.Kept.Contradicted(String why) -> {
        state.failures++;
        if (tell(state, place, why)) {
          observer.tampered();
        }
        observer.published(place.code(), LogObserver.Publication.CONTRADICTED);
      }
    }
    Duration wait = pause.multipliedBy(1L << Math.min(state.failures, 6));
    Duration bounded = wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE;
    Duration next = bounded.compareTo(pause) < 0 ? pause : bounded;
    state.notBefore = System.nanoTime() + next.toNanos();
  }

  private void keep(String cosigned) {
    try {
      storage.put(folder.resolve(COSIGNED), cosigned.getBytes(StandardCharsets.UTF_8));
    } catch (IOException later) {
      LOGGER.log(Level.WARNING, "{0} could not be written: {1}", COSIGNED, Words.of(later));
    }
  }

  /** Once for each new trouble. */
  private boolean tell(State state, CheckpointPlace place, String why) {
    boolean isNew = !why.equals(state.told);
    if (isNew && !why.isEmpty()) {
      LOGGER.log(
          Level.ERROR, "the checkpoint of {0} is not in {1}: {2}", folder, place.code(), why);
    }
    state.told = why;
    return isNew;
  }
}
