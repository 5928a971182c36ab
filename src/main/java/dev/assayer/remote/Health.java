package dev.assayer.remote;

/** What a call says about the upstream's health, for the circuit breaker. */
enum Health {
  /** It answered, whatever it said. */
  UP,
  /** It could not be reached, stayed silent for long enough, or answered 5xx. */
  DOWN,
  /** Nothing can be told, as when the caller had hardly any time or TLS was refused. */
  UNKNOWN
}
