package dev.assayer.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code auth} of a validator. */
final class AuthReader {
  private static final Set<String> HTTPS = Set.of("https");

  private AuthReader() {}

  static AuthConfig read(MappingReader section) {
    Reading reading = section.reading();
    Optional<URI> realm = section.value("realm").flatMap(f -> Uris.read(f, HTTPS, reading));
    Optional<String> secret = secretName(section);
    Optional<String> username = section.secret("username");
    Optional<String> password = section.secret("password");
    Optional<Path> usernameFile = section.file("usernameFile");
    Optional<Path> passwordFile = section.file("passwordFile");
    section.done();

    List<String> ways = new ArrayList<>();
    if (section.has("secretName")) {
      ways.add("secretName");
    }
    pair(section, "username", "password", ways);
    pair(section, "usernameFile", "passwordFile", ways);
    if (ways.size() > 1) {
      reading.secretError(
          section.field(),
          "has more than one source of credentials: " + String.join(", ", ways),
          "keep one of them");
    }
    if (ways.isEmpty() && !section.has("realm")) {
      reading.secretError(
          section.field(),
          "names no credentials",
          "add secretName, username and password, or usernameFile and passwordFile; or remove"
              + " auth");
    }
    return new AuthConfig(
        credentials(secret, username, password, usernameFile, passwordFile), realm);
  }

  private static AuthConfig.Credentials credentials(
      Optional<String> secret,
      Optional<String> username,
      Optional<String> password,
      Optional<Path> usernameFile,
      Optional<Path> passwordFile) {
    if (secret.isPresent()) {
      return new AuthConfig.FromSecret(secret.get());
    }
    if (username.isPresent() && password.isPresent()) {
      return new AuthConfig.Inline(username.get(), password.get());
    }
    if (usernameFile.isPresent() && passwordFile.isPresent()) {
      return new AuthConfig.FromFiles(usernameFile.get(), passwordFile.get());
    }
    return new AuthConfig.Anonymous();
  }

  private static void pair(MappingReader section, String user, String pass, List<String> ways) {
    if (section.has(user) || section.has(pass)) {
      ways.add(user + " and " + pass);
      if (!section.has(user)) {
        section.missing(user, user + " beside " + pass);
      }
      if (!section.has(pass)) {
        section.missing(pass, pass + " beside " + user);
      }
    }
  }

  private static Optional<String> secretName(MappingReader section) {
    Optional<Field> field = section.value("secretName");
    Optional<String> name = field.flatMap(value -> Scalars.text(value, section.reading()));
    if (field.isPresent() && name.isPresent() && !KubernetesNames.subdomain(name.get())) {
      section
          .reading()
          .error(
              field.get(),
              Shown.quoted(name.get()) + " is not the name of a Secret",
              "use lower-case letters, digits, - and .");
    }
    return name;
  }
}
