package dev.assayer.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a validator proves itself to its server.
 *
 * @param credentials where user name and password come from
 * @param realm the token server ({@code https}), where it is another host than the validator's
 */
public record AuthConfig(Credentials credentials, Optional<URI> realm) {

  /** Where user name and password come from. */
  public sealed interface Credentials {}

  /** None: an anonymous token is asked for. */
  public record Anonymous() implements Credentials {}

  /**
   * A Secret in the own namespace.
   *
   * @param secretName its name
   */
  public record FromSecret(String secretName) implements Credentials {}

  /**
   * Written in the configuration file.
   *
   * @param username the user
   * @param password the password; never printed
   */
  public record Inline(String username, String password) implements Credentials {
    @Override
    public String toString() {
      return "Inline[username=" + username + ", password=***]";
    }
  }

  /**
   * In files, read at each use so that rotation needs no reload.
   *
   * @param usernameFile file with the user
   * @param passwordFile file with the password
   */
  public record FromFiles(Path usernameFile, Path passwordFile) implements Credentials {}
}
