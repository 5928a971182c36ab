package dev.assayer.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Absolute addresses without credentials in them; never shown, as paths may hold secrets. */
final class Uris {

  private Uris() {}

  static Optional<URI> read(Field field, Set<String> schemes, Reading reading) {
    return Scalars.secret(field, reading).flatMap(text -> read(field, text, schemes, reading));
  }

  private static Optional<URI> read(
      Field field, String text, Set<String> schemes, Reading reading) {
    String start = String.join(":// or ", new TreeSet<>(schemes)) + "://";
    try {
      URI uri = new URI(text);
      if (uri.getRawUserInfo() != null) {
        reading.secretError(
            field, "holds a user or password", "use the fields and files meant for credentials");
      } else if (uri.getScheme() == null || !schemes.contains(uri.getScheme())) {
        reading.secretError(field, "must start with " + start, "write the whole address");
      } else if (uri.getHost() == null || uri.getRawFragment() != null) {
        reading.secretError(field, "must name a host, without #", "write the whole address");
      } else {
        return Optional.of(uri);
      }
    } catch (URISyntaxException invalid) {
      reading.secretError(field, "is not an address", "write " + start + "host/path");
    }
    return Optional.empty();
  }
}
