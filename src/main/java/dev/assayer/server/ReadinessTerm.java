package dev.assayer.server;

import java.util.function.Supplier;

/**
 * One part of readiness.
 *
 * @param name stable word, such as {@code notary}
 * @param status how it stands now; called often and by several threads, so it must be quick
 */
record ReadinessTerm(String name, Supplier<Status> status) {

  /**
   * How a part stands.
   *
   * @param holds true if all is well
   * @param gating whether the replica is unready while it does not hold; else it is only reported
   * @param detail one sentence for people
   */
  record Status(boolean holds, boolean gating, String detail) {
    /** Keeps the replica unready while it does not hold. */
    static Status gating(boolean holds, String detail) {
      return new Status(holds, true, detail);
    }

    /** Is only reported. */
    static Status reported(boolean holds, String detail) {
      return new Status(holds, false, detail);
    }
  }
}
