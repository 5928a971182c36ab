package dev.assayer.decision;

import java.util.Locale;

/** What the API server was told. Modes change the outcome, never the verdict. */
public enum Outcome {
  ALLOWED,
  DENIED;

  /** The stable word in records and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
