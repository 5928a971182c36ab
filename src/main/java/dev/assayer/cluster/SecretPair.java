package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A user name and a password out of a Secret: from its keys {@code username} and {@code password},
 * or from {@code .dockerconfigjson} (type kubernetes.io/dockerconfigjson). Never printed.
 */
record SecretPair(String username, String password) {
  private static final String DOCKER = ".dockerconfigjson";

  /** As {@code docker login} writes it, and as images name it. */
  private static final Set<String> DOCKER_HUB =
      Set.of("index.docker.io", "docker.io", "registry-1.docker.io");

  /** The pair for a host, or why there is none. */
  sealed interface Read {
    record Pair(SecretPair pair) implements Read {}

    record None(String why) implements Read {}
  }

  static Read of(JsonObject secret, String host) {
    Optional<String> username = decoded(secret, "username");
    Optional<String> password = decoded(secret, "password");
    if (username.isPresent() && password.isPresent()) {
      return pair(username.get(), password.get());
    }
    Optional<String> docker = decoded(secret, DOCKER);
    return docker.isPresent()
        ? ofDocker(docker.get(), host)
        : new Read.None("it has neither username and password nor " + DOCKER);
  }

  private static Read pair(String username, String password) {
    return username.isEmpty() || username.indexOf(':') >= 0
        ? new Read.None("its user name is empty or has a colon")
        : new Read.Pair(new SecretPair(username, password));
  }

  private static Read ofDocker(String text, String host) {
    JsonObject auths;
    try {
      auths =
          StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 20))
              .asObject()
              .flatMap(root -> root.get("auths"))
              .flatMap(Json::asObject)
              .orElse(JsonObject.builder().build());
    } catch (JsonException malformed) {
      return new Read.None("its " + DOCKER + " is not JSON");
    }
    for (String key : auths.names()) {
      if (same(hostOf(key), host)) {
        JsonObject entry = auths.get(key).flatMap(Json::asObject).orElse(auths);
        String username = Text.text(entry, "username");
        return username.isEmpty()
            ? joined(Text.text(entry, "auth"))
            : pair(username, Text.text(entry, "password"));
      }
    }
    return new Read.None("its " + DOCKER + " has no entry for " + Text.safe(host));
  }

  private static Read joined(String auth) {
    String both = base64(auth).orElse("");
    int colon = both.indexOf(':');
    return colon < 1
        ? new Read.None("its " + DOCKER + " has an entry without credentials")
        : pair(both.substring(0, colon), both.substring(colon + 1));
  }

  private static boolean same(String one, String other) {
    String wanted = other.toLowerCase(Locale.ROOT);
    return one.equals(wanted) || (DOCKER_HUB.contains(one) && DOCKER_HUB.contains(wanted));
  }

  /** {@code https://host/v1/} and {@code host} are the same key. */
  private static String hostOf(String key) {
    int scheme = key.indexOf("://");
    String rest = scheme < 0 ? key : key.substring(scheme + 3);
    int slash = rest.indexOf('/');
    return (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
  }

  /** Without the line end that editors leave. */
  private static Optional<String> decoded(JsonObject secret, String key) {
    return Text.at(secret, "data", key)
        .flatMap(Json::asString)
        .flatMap(SecretPair::base64)
        .map(String::stripTrailing);
  }

  private static Optional<String> base64(String text) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "SecretPair[withheld]";
  }
}
