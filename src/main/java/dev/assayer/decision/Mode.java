package dev.assayer.decision;

import java.util.Locale;

/** How a verdict becomes an outcome. Only {@link #ENFORCE} denies. */
public enum Mode {
  ENFORCE,
  WARN,
  AUDIT,
  /** The whole appliance only observes ({@code detectionMode: true}). */
  DETECTION;

  /** The stable word in configuration, records and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
