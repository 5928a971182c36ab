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
   */
  record Failed(Reason reason, String detail) implements FetchResult {}
}
