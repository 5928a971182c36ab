package dev.assayer.remote;

import dev.assayer.decision.Reason;
import java.net.http.HttpHeaders;

/** How one GET ended, before anybody judged the status. */
sealed interface Answer {
  /**
   * A response; its body is complete if the status is 200, else perhaps left out.
   *
   * @param asked how often it was asked for before it came, 1 or more
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; copying up to 32 MiB is not worth it
  record Reply(int status, HttpHeaders headers, byte[] body, int asked) implements Answer {
    /** The same, asked for so often. */
    Reply after(int times) {
      return new Reply(status, headers, body, times);
    }

    /** The status, and how often it was asked for if more than once: for a stage. */
    String note() {
      return asked == 1 ? Integer.toString(status) : status + ", asked " + Words.times(asked);
    }
  }

  /**
   * No usable response.
   *
   * @param result the same as a word of metrics, which tells some more cases apart
   */
  record Lost(Reason reason, String detail, Health health, CallResult result) implements Answer {}
}
