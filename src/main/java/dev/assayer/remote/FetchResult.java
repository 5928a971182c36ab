package dev.assayer.remote;

import dev.assayer.decision.Reason;

/** How a fetch ended. Only {@link Body} carries data; nothing else may be read as success. */
public sealed interface FetchResult {
  /** The server answered 200 with these bytes, complete and within the cap. */
  @SuppressWarnings("ArrayRecordComponent") // never compared; copying up to 32 MiB is not worth it
  record Body(byte[] bytes) implements FetchResult {}

  /** The server answered 404 (or 410): it says that the file does not exist. */
  record NotFound() implements FetchResult {}

  /**
   * Anything else.
   *
   * @param reason one of the error or time-out reasons
   * @param detail one sentence naming host, action and cause; never credentials
   * @param outage true if nobody answered, or only with 5xx; never for an answer that says anything
   */
  record Failed(Reason reason, String detail, boolean outage) implements FetchResult {
    /** An outage exactly where the reason alone says that nobody answered. */
    public Failed(Reason reason, String detail) {
      this(reason, detail, reason.isSilence());
    }
  }
}
