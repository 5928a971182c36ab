package dev.assayer.policy;

import dev.assayer.image.ImagePattern;
import dev.assayer.image.Printable;
import dev.assayer.policy.NameState.HostKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Finds what the author of a pattern without effect is likely to have meant. */
final class PatternFix {
  private static final String ALIAS = "index.docker.io";
  private static final String HUB = "docker.io/";
  private static final String OFFICIAL = "docker.io/library/";
  private static final int PATTERN_LIMIT = 4096;

  /** Repairs, each on top of those before, until a pattern comes out that matches some image. */
  private static final List<UnaryOperator<String>> REPAIRS =
      List.of(
          String::strip,
          PatternFix::withoutScheme,
          PatternFix::withoutDigest,
          PatternFix::lowerCaseRepository,
          PatternFix::withSingleSlashes,
          pattern -> pattern.startsWith("/") ? pattern.substring(1) : pattern,
          pattern -> pattern.endsWith("/") ? pattern + "*" : pattern,
          PatternFix::normalHost,
          PatternFix::hubNamespace);

  private final NameAutomaton names;

  PatternFix(NameAutomaton names) {
    this.names = names;
  }

  /** A sentence that says what to write instead. */
  String sentence(String pattern) {
    return repaired(pattern)
        .map(better -> "Write " + Printable.quoted(better) + ".")
        .orElse(
            "Write it as images are named in full, host[:port]/path:tag, for example"
                + " \"docker.io/library/nginx:1.27\", with * for any run of characters.");
  }

  private Optional<String> repaired(String pattern) {
    if (pattern.length() > PATTERN_LIMIT) {
      return Optional.empty();
    }
    String better = pattern;
    for (UnaryOperator<String> repair : REPAIRS) {
      better = repair.apply(better);
      String text = ImagePattern.of(better).text();
      if (!better.equals(pattern) && names.hostsMatchedBy(text).contains(HostKind.PLAIN)) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private static String withoutScheme(String pattern) {
    int scheme = pattern.indexOf("://");
    return scheme < 0 ? pattern : pattern.substring(scheme + 3);
  }

  private static String withoutDigest(String pattern) {
    int at = pattern.indexOf('@');
    return at < 0 ? pattern : pattern.substring(0, at);
  }

  private static String lowerCaseRepository(String pattern) {
    int tag = pattern.indexOf(':', pattern.lastIndexOf('/') + 1);
    int end = tag < 0 ? pattern.length() : tag;
    return pattern.substring(0, end).toLowerCase(Locale.ROOT) + pattern.substring(end);
  }

  private static String withSingleSlashes(String pattern) {
    String single = pattern;
    while (single.contains("//")) {
      single = single.replace("//", "/");
    }
    return single;
  }

  private static String normalHost(String pattern) {
    int slash = pattern.indexOf('/');
    if (slash < 0) {
      return pattern;
    }
    String host = pattern.substring(0, slash);
    String normal = host.endsWith(":443") ? host.substring(0, host.length() - 4) : host;
    return (normal.equals(ALIAS) ? "docker.io" : normal) + pattern.substring(slash);
  }

  private static String hubNamespace(String pattern) {
    if (pattern.startsWith(HUB)) {
      return OFFICIAL + pattern.substring(HUB.length());
    }
    return (pattern.indexOf('/') < 0 ? OFFICIAL : HUB) + pattern;
  }
}
