package dev.assayer.remote;

import java.net.URI;
import java.util.Map;

/**
 * A JSON document to be posted.
 *
 * @param to http or https; may hold a secret, and is never printed
 * @param headers beside those that every request has; values may be secret
 * @param json UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Parcel(URI to, Map<String, String> headers, byte[] json) {
  /** Copies the map. */
  public Parcel {
    headers = Map.copyOf(headers);
  }

  @Override
  public String toString() {
    return "Parcel[withheld]";
  }
}
