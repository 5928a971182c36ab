package dev.assayer.remote;

import dev.assayer.decision.Reason;
import java.net.http.HttpHeaders;

/** How one GET ended, before anybody judged the status. */
sealed interface Answer {
  /** A response; its body is complete if the status is 200, else perhaps left out. */
  @SuppressWarnings("ArrayRecordComponent") // never compared; copying up to 32 MiB is not worth it
  record Reply(int status, HttpHeaders headers, byte[] body) implements Answer {}

  /**
   * No usable response.
   *
   * @param result the same as a word of metrics, which tells some more cases apart
   */
  record Lost(Reason reason, String detail, Health health, CallResult result) implements Answer {}
}
