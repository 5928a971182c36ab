package dev.assayer.image;

import java.util.Locale;
import java.util.Optional;

/** The rules that make one name out of all spellings of it. */
final class NormalForm {
  static final String HTTPS_PORT = ":443";
  private static final String DOCKER_HUB_ALIAS = "index.docker.io";
  private static final String OFFICIAL = "library/";

  private NormalForm() {}

  /** Whether the first component of a name is a registry host rather than part of a path. */
  static boolean readsAsHost(String component) {
    return component.equals(ImageReference.LOCALHOST)
        || component.chars().anyMatch(c -> c == '.' || c == ':' || (c >= 'A' && c <= 'Z'));
  }

  static String host(String written) {
    String host = written.toLowerCase(Locale.ROOT);
    if (host.length() - Grammar.hostNameEnd(host) == HTTPS_PORT.length()
        && host.endsWith(HTTPS_PORT)) {
      host = host.substring(0, host.length() - HTTPS_PORT.length());
    }
    return host.equals(DOCKER_HUB_ALIAS) ? ImageReference.DOCKER_HUB : host;
  }

  static String path(String host, String written) {
    boolean official = host.equals(ImageReference.DOCKER_HUB) && written.indexOf('/') < 0;
    return official ? OFFICIAL + written : written;
  }

  static boolean holds(String host, String path, Optional<String> tag) {
    return Grammar.host(host).isEmpty()
        && Grammar.path(path).isEmpty()
        && tag.flatMap(Grammar::tag).isEmpty()
        && host(host).equals(host)
        && path(host, path).equals(path)
        && host.length() + 1 + path.length() <= ImageReference.REPOSITORY_LIMIT;
  }
}
