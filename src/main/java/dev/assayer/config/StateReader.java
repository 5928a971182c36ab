package dev.assayer.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Reads {@code state}. */
final class StateReader {
  private static final Set<String> SCHEMES = Set.of("redis", "rediss", "valkey", "valkeys");
  private static final Set<String> PLAIN = Set.of("redis", "valkey");
  private static final int MAX_DATABASE = 9999;

  private enum PlainType {
    MEMORY,
    KUBERNETES
  }

  private enum Type {
    MEMORY,
    KUBERNETES,
    VALKEY
  }

  private StateReader() {}

  /** A mapping with {@code type}, or the type alone where it needs nothing else. */
  static StateConfig read(MappingReader root) {
    if (root.value("state").filter(f -> f.node() instanceof YamlNode.Scalar).isPresent()) {
      return switch (root.word("state", PlainType.MEMORY)) {
        case MEMORY -> new StateConfig.Memory();
        case KUBERNETES -> new StateConfig.Kubernetes(StateConfig.MOUNTED_KEY);
      };
    }
    MappingReader section = root.section("state");
    StateConfig state =
        switch (section.word("type", Type.MEMORY)) {
          case MEMORY -> new StateConfig.Memory();
          case KUBERNETES -> new StateConfig.Kubernetes(key(section));
          case VALKEY -> valkey(section, root);
        };
    section.done();
    return state;
  }

  private static Path key(MappingReader section) {
    return section.file("hmacKeyFile").orElse(StateConfig.MOUNTED_KEY);
  }

  private static StateConfig.Valkey valkey(MappingReader section, MappingReader root) {
    Optional<String> username = section.text("username");
    Optional<Path> passwordFile = section.file("passwordFile");
    if (username.isPresent() && passwordFile.isEmpty()) {
      section.missing("passwordFile", "passwordFile beside username");
    }
    return new StateConfig.Valkey(
        section
            .required("uri", "uri: rediss://valkey.example.com:6379")
            .flatMap(field -> uri(field, section.reading(), root.value("cluster").isPresent()))
            .orElse(URI.create("rediss://unknown.invalid")),
        username,
        passwordFile,
        AuthorityReader.read(section),
        key(section));
  }

  /**
   * Reads the address.
   *
   * @param isNamed whether the cluster is, whose name is part of each name in the store
   */
  private static Optional<URI> uri(Field field, Reading reading, boolean isNamed) {
    Optional<URI> uri = Uris.read(field, SCHEMES, reading);
    uri.ifPresent(read -> {
      if (read.getRawQuery() != null || !isDatabase(read.getRawPath())) {
        reading.secretError(
            field,
            "has a path that is no number of a database",
            "write rediss://host:port or rediss://host:port/0");
      } else if (PLAIN.contains(read.getScheme())) {
        reading.warning(
            field,
            "is without TLS, so that others can read the password and change what is kept",
            "use rediss://");
      }
      if (!isNamed) {
        reading.warning(
            field,
            "may serve several clusters, whose installations then use the same names in it, since"
                + " cluster is not set",
            "set cluster to a name of its own");
      }
    });
    return uri;
  }

  private static boolean isDatabase(String path) {
    String number = path.startsWith("/") ? path.substring(1) : path;
    return number.isEmpty()
        || number.length() <= Integer.toString(MAX_DATABASE).length()
            && number.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
