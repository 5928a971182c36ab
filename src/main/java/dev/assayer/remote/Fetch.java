package dev.assayer.remote;

import java.util.Optional;

/**
 * One GET.
 *
 * @param path absolute path on the host with an optional query, already escaped, such as {@code
 *     /v2/…}; {@link UrlPath} makes one. It can neither name another host nor climb.
 * @param stage name of the stage in the stage log, such as {@code timestamp}
 * @param action what is done, for messages: {@code GET timestamp.json}
 * @param maxBytes cap of the body, 1 byte to 1 GiB; one byte more is {@code too_large}
 * @param pullScope repository for which a Bearer token with {@code pull} is asked when the server
 *     demands one
 */
public record Fetch(
    String path, String stage, String action, long maxBytes, Optional<String> pullScope) {
  private static final long MOST_BYTES = 1L << 30;

  public Fetch {
    UrlPath.requireEscaped(path);
    if (maxBytes < 1 || maxBytes > MOST_BYTES) {
      throw new IllegalArgumentException("maxBytes must be 1 to " + MOST_BYTES + ": " + maxBytes);
    }
  }
}
