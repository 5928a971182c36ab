package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import java.util.Locale;

/**
 * A pattern of a Connaisseur policy, and the pattern of ours for the same names.
 *
 * <p>1.x and 2.x match shell patterns against whole names and add {@code :*} where no colon stands
 * anywhere. 3.x adds {@code *} in front and behind where none stands there, and matches Docker Hub's
 * names with the host {@code index.docker.io}. In both, a name asked for by digest ends in {@code
 * @sha256:…}.
 *
 * @param compared the pattern that Connaisseur compares with others
 * @param text the pattern of ours
 * @param fate how well it stands for the other
 * @param startedAnywhere matched there wherever it stood in a name, and here only from the start
 * @param openStart got the {@code *} that Connaisseur adds in front
 * @param openEnd got the {@code *} that Connaisseur adds behind
 * @param digestsDiffer matches other names than there of those asked for by digest alone
 * @param foundInTags also matched there by what stands in a tag
 * @param hostRewritten names a host in its normal form, and did not there
 * @param hubDiffers matches {@code docker.io} and {@code index.docker.io} differently
 */
record ConnaisseurPattern(
    String compared,
    String text,
    Fate fate,
    boolean startedAnywhere,
    boolean openStart,
    boolean openEnd,
    boolean digestsDiffer,
    boolean foundInTags,
    boolean hostRewritten,
    boolean hubDiffers) {
  private static final String HUB = "docker.io";
  private static final String HUB_ALIAS = "index.docker.io";
  private static final String HTTPS = ":443";

  /** How well a pattern of ours can stand for one of theirs. */
  enum Fate {
    /** It matches the same names, but for what the flags say. */
    KEPT,
    /** Connaisseur's matches no name at all. */
    NEVER_MATCHED,
    /** It matches more: one with other wildcards than {@code *}. */
    WIDENED,
    /** Connaisseur's is for one digest. */
    OF_A_DIGEST,
    /** There is none that matches as much. */
    IMPOSSIBLE
  }

  static ConnaisseurPattern of(String written, Generation generation) {
    if (written.indexOf('@') >= 0) {
      return plain(written, Fate.OF_A_DIGEST);
    }
    String special = generation == Generation.THIRD ? "?[{\\" : "?[";
    String text = written;
    Fate fate = Fate.KEPT;
    if (written.chars().anyMatch(c -> special.indexOf(c) >= 0)) {
      text = widened(written, special);
      fate = text.isEmpty() ? Fate.IMPOSSIBLE : Fate.WIDENED;
    }
    if (fate == Fate.IMPOSSIBLE) {
      return plain(written, fate);
    }
    return generation == Generation.THIRD ? third(text, fate) : older(text, fate);
  }

  private static ConnaisseurPattern plain(String text, Fate fate) {
    return new ConnaisseurPattern(
        text, text, fate, false, false, false, false, false, false, false);
  }

  private static ConnaisseurPattern older(String written, Fate fate) {
    int slash = written.lastIndexOf('/');
    String last = written.substring(slash + 1);
    String text = written;
    Fate kind = fate;
    if (last.indexOf(':') < 0 && written.indexOf(':') >= 0 && !last.endsWith("*")) {
      // The colon of a port kept Connaisseur from adding a tag.
      int star = last.indexOf('*');
      if (star < 0) {
        return plain(written, Fate.NEVER_MATCHED);
      }
      text =
          written.substring(0, slash + 1) + last.substring(0, star) + stars(last.length() - star);
      kind = Fate.WIDENED;
    }
    String host = normalHost(text);
    String compared = text.indexOf(':') < 0 ? text + ":*" : text;
    return new ConnaisseurPattern(
        compared,
        host,
        kind,
        false,
        false,
        false,
        digestsDiffer(compared),
        foundInTags(compared),
        !host.equals(text),
        false);
  }

  private static ConnaisseurPattern third(String written, Fate fate) {
    String text = normalHost(written);
    String host = first(written);
    boolean openStart = !written.startsWith("*") && !readsAsHost(host);
    boolean openEnd = !written.endsWith("*");
    String open = (openStart ? "*" : "") + text + (openEnd ? "*" : "");
    boolean differs = Globs.matches(host, HUB) != Globs.matches(host, HUB_ALIAS);
    return new ConnaisseurPattern(
        written,
        open,
        fate,
        !written.startsWith("*") && !openStart,
        openStart,
        openEnd,
        digestsDiffer(open),
        foundInTags(open),
        !text.equals(written),
        differs && host.indexOf('*') >= 0 && !openStart);
  }

  /**
   * Whether {@code NAME@sha256:…} there and {@code NAME:} here may be matched differently. Not
   * where behind the last slash only {@code *}, or {@code *:*}, follows a literal beginning.
   */
  private static boolean digestsDiffer(String pattern) {
    String last = pattern.substring(pattern.lastIndexOf('/') + 1);
    int star = last.indexOf('*');
    String rest = star < 0 ? "" : last.substring(star).replaceAll("\\*+", "*");
    return !rest.equals("*") && !rest.equals("*:*") || last.indexOf(':') >= 0 && rest.equals("*");
  }

  /** Without a tag, a literal behind a {@code *} may have been found in the name's tag. */
  private static boolean foundInTags(String pattern) {
    String last = pattern.substring(pattern.lastIndexOf('/') + 1);
    int star = last.indexOf('*');
    return star >= 0
        && last.indexOf(':') < 0
        && last.substring(star).chars().anyMatch(c -> c != '*');
  }

  private static String first(String pattern) {
    int slash = pattern.indexOf('/');
    return slash < 0 ? "" : pattern.substring(0, slash);
  }

  private static boolean readsAsHost(String component) {
    return component.indexOf('.') >= 0
        || component.indexOf(':') >= 0
        || component.equalsIgnoreCase("localhost");
  }

  /** The pattern with a literal host as names of ours have it. */
  private static String normalHost(String pattern) {
    String host = first(pattern);
    if (host.indexOf('*') >= 0 || !readsAsHost(host)) {
      return pattern;
    }
    String normal = host.toLowerCase(Locale.ROOT);
    if (normal.endsWith(HTTPS)) {
      normal = normal.substring(0, normal.length() - HTTPS.length());
    }
    return (normal.equals(HUB_ALIAS) ? HUB : normal) + pattern.substring(host.length());
  }

  /**
   * As many {@code *} as each other wildcard has characters, so that components keep their lengths;
   * empty where a wildcard spans a slash, since the number of components counts too.
   */
  private static String widened(String pattern, String special) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      if (special.indexOf(c) < 0) {
        text.append(c);
        i++;
        continue;
      }
      int end = end(pattern, i);
      if (pattern.substring(i, end).indexOf('/') >= 0) {
        return "";
      }
      text.append(stars(end - i));
      i = end;
    }
    return text.toString();
  }

  private static int end(String pattern, int start) {
    int close =
        switch (pattern.charAt(start)) {
          case '[' -> {
            // The first character of a set may be a bracket itself, as may one that is escaped.
            int from = start + (pattern.startsWith("[!]", start) ? 3 : 2);
            yield from > pattern.length() ? -1 : pattern.indexOf(']', from);
          }
          case '{' -> pattern.lastIndexOf('}');
          case '\\' -> Math.min(start + 1, pattern.length() - 1);
          default -> start;
        };
    return close < start ? pattern.length() : close + 1;
  }

  private static String stars(int count) {
    return "*".repeat(count);
  }
}
