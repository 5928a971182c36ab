package dev.assayer.remote;

import java.time.Duration;
import java.util.Optional;

/**
 * One outgoing call, or one that was not made.
 *
 * @param host {@code host}, or {@code host:port} unless that is 443
 * @param took from the request to the end of the answer; empty if nothing was sent
 * @param ahead how far our wall clock is ahead of the answer's Date, which is exact to a second
 */
public record Call(
    String host, CallResult result, Optional<Duration> took, Optional<Duration> ahead) {

  /** A call that was not made. */
  static Call unmade(String host, CallResult result) {
    return new Call(host, result, Optional.empty(), Optional.empty());
  }
}
