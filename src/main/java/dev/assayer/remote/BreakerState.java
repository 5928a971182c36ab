package dev.assayer.remote;

/** State of an upstream's circuit breaker. */
public enum BreakerState {
  /** Calls are made. */
  CLOSED,
  /** Calls end at once; the upstream was down at the last tries. */
  OPEN,
  /** One call probes whether the upstream is back. */
  HALF_OPEN
}
