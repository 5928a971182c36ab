package dev.assayer.audit;

import java.time.Duration;
import java.util.Locale;

/** Is told what becomes of entries. Nothing here blocks or throws. */
public interface LogObserver {
  /** So many entries are durable after one write that took so long. */
  void written(int entries, Duration took);

  /** So many entries could not be written. */
  void failed(int entries);

  /** An entry found no place in the queue, or no time. */
  void dropped();

  /** A checkpoint is out. */
  void published(long size);

  /** What became of bringing a checkpoint elsewhere. */
  enum Publication {
    /** It is there. */
    PUBLISHED,
    /** The place could not be reached, or refused it. */
    FAILED,
    /** What is there contradicts this log. */
    CONTRADICTED;

    /** Its name in lower case. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A checkpoint was offered to a place outside the log. */
  default void published(String place, Publication result) {}

  /** What became of one file of evidence that a decision rests on. */
  enum Keeping {
    /** It is on the disk now. */
    KEPT,
    /** It was there already. */
    KNOWN,
    /** There is no more room for evidence. */
    FULL,
    /** It could not be written. */
    FAILED,
    /** It was not on the disk when the record had to be written. */
    LATE;

    /** Its name in lower case. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a record may name the file as kept. */
    boolean holds() {
      return this == KEPT || this == KNOWN;
    }
  }

  /** A decision rests on a file of evidence. */
  default void evidence(Keeping result) {}

  /** So many entries were removed by retention; the first that is left. */
  default void retained(long first, long removed, Tombstone.Reason reason) {}

  /** Somebody else changed the log under this process. */
  void tampered();
}
