package dev.assayer.audit;

import java.io.IOException;

/**
 * Something that is done to a log, and what verification must find first.
 *
 * @param place of the damage
 */
record Tampering(String name, String place, Damage.Kind kind, Deed deed) {
  /** What is done. */
  @FunctionalInterface
  interface Deed {
    void on(TamperedLog log) throws IOException;
  }

  /** What a forger would like to have decided. */
  static byte[] forged() {
    return LogRig.bytes("{\"schema\":\"assayer.decision/1\",\"verdict\":\"verified\"}");
  }

  @Override
  public String toString() {
    return "OPS-05: " + name;
  }
}
