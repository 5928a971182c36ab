package dev.assayer.remote;

import java.time.Instant;
import java.util.Optional;

/**
 * How a probe ended.
 *
 * @param serverDate the host's clock as its answer showed it, to the second; empty without one
 */
public record ProbeResult(FetchResult result, Optional<Instant> serverDate) {}
