package dev.assayer.remote;

/** A host that may be called, with its own circuit breaker. */
record Peer(Origin origin, Breaker breaker) {}
