package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Connaisseur's choice of a rule, written anew from its documentation ("Image policy": components,
 * common prefixes, lengths) and from what its releases are known to add: 1.x and 2.x match shell
 * patterns on whole names and stop comparing lengths after the first component; 3.x puts {@code *}
 * at both ends, names Docker Hub {@code index.docker.io} and gives ties to the later rule.
 */
final class ConnaisseurMatching {
  private final Generation generation;

  ConnaisseurMatching(Generation generation) {
    this.generation = generation;
  }

  /** An image as a test makes it: host, path, and a tag or a digest. */
  record Image(String host, String path, String tag, String digest) {
    String text() {
      return host + "/" + path + (tag.isEmpty() ? "@" + digest : ":" + tag);
    }
  }

  /** The index of the rule that applies. */
  OptionalInt rule(List<String> patterns, Image image) {
    String host =
        generation == Generation.THIRD && image.host().equals("docker.io")
            ? "index.docker.io"
            : image.host();
    String name = new Image(host, image.path(), image.tag(), image.digest()).text();
    int best = -1;
    for (int i = 0; i < patterns.size(); i++) {
      if (matches(effective(patterns.get(i)), name)
          && (best < 0 || beats(compared(patterns.get(i)), compared(patterns.get(best)), name))) {
        best = i;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private String effective(String pattern) {
    if (generation != Generation.THIRD) {
      return compared(pattern);
    }
    return (pattern.startsWith("*") ? "" : "*") + pattern + (pattern.endsWith("*") ? "" : "*");
  }

  private String compared(String pattern) {
    return generation == Generation.THIRD || pattern.contains(":") ? pattern : pattern + ":*";
  }

  /** Backtracking by the book: {@code *} any run, {@code ?} one character. */
  private static boolean matches(String pattern, String name) {
    boolean[][] ok = new boolean[pattern.length() + 1][name.length() + 1];
    ok[pattern.length()][name.length()] = true;
    for (int p = pattern.length() - 1; p >= 0; p--) {
      for (int n = name.length(); n >= 0; n--) {
        char c = pattern.charAt(p);
        ok[p][n] =
            c == '*'
                ? ok[p + 1][n] || (n < name.length() && ok[p][n + 1])
                : n < name.length() && (c == '?' || c == name.charAt(n)) && ok[p + 1][n + 1];
      }
    }
    return ok[0][0];
  }

  /** Whether the pattern, of a later rule, is preferred to the one that was best before it. */
  private boolean beats(String later, String earlier, String name) {
    List<String> a = parts(later);
    List<String> b = parts(earlier);
    if (a.size() != b.size()) {
      return a.size() > b.size();
    }
    List<String> image = parts(name);
    for (int i = 0; i < a.size(); i++) {
      int difference = common(a.get(i), image.get(i)) - common(b.get(i), image.get(i));
      if (difference != 0) {
        return difference > 0;
      }
    }
    int compared = generation == Generation.THIRD ? a.size() : 1;
    for (int i = 0; i < compared; i++) {
      int difference = a.get(i).length() - b.get(i).length();
      if (difference != 0) {
        return difference > 0;
      }
    }
    return generation == Generation.THIRD;
  }

  private static List<String> parts(String text) {
    return new ArrayList<>(List.of(text.split("/", -1)));
  }

  private static int common(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i;
  }
}
