package dev.assayer.cluster;

/** What a pod with the sentinel's name is. */
public enum SentinelResult {
  /** Made by the chart's hooks for this very installation. */
  GENUINE("genuine"),
  /** Something else under that name. */
  FORGED("forged"),
  /** Older than a sentinel can be. */
  EXPIRED("expired");

  private final String code;

  SentinelResult(String code) {
    this.code = code;
  }

  /** The word for metrics. */
  public String code() {
    return code;
  }
}
