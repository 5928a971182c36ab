package dev.assayer.remote;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * A user name and a password, asked for anew at each use so that a rotated Secret takes effect. Its
 * text form shows neither.
 *
 * @param username gives the user name; may throw {@link java.io.UncheckedIOException} or {@link
 *     CredentialsUnavailable}
 * @param password gives the password; may throw the same
 */
public record Credentials(Supplier<String> username, Supplier<String> password) {
  /** The value of an {@code Authorization: Basic} header (RFC 7617), in UTF-8. */
  String basic() {
    String user = username.get();
    if (user.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a user name with a colon cannot be sent");
    }
    byte[] pair = (user + ":" + password.get()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return "Credentials[withheld]";
  }
}
