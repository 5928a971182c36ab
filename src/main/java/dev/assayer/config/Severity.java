package dev.assayer.config;

/** How much a {@link Finding} matters. */
public enum Severity {
  /** The file is refused. */
  ERROR,
  /** The file loads, but what the finding concerns denies {@code config_error} when used. */
  DEFERRED,
  /** The file loads and works as written, probably not as meant. */
  WARNING
}
