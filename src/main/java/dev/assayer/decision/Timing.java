package dev.assayer.decision;

import java.time.Duration;

/**
 * When a verification ran, as seen by the request that asked for it.
 *
 * @param start offset from the start of the request; negative if it began before the request did
 * @param took time it took, or had taken when the request stopped waiting
 * @param shared true if another request began it, so that its stages are not this request's alone
 */
public record Timing(Duration start, Duration took, boolean shared) {}
