package dev.assayer.config;

import dev.assayer.config.Connaisseur.Generation;
import dev.assayer.config.ConnaisseurRule.Effect;
import dev.assayer.image.ImagePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which rule wins where several match. Connaisseur's releases compare as documented, and so do we,
 * but for three things found in them: 3.x gives a tie to the later rule; 1.x and 2.x end the
 * comparison of lengths at the first component; 3.x compares Docker Hub's names with {@code
 * index.docker.io}.
 */
final class ConnaisseurOrder {
  /** Beyond that, every rule is taken for one that may be concerned. */
  private static final int MAX_PAIRS = 50_000;

  private static final String HUB = "docker.io";

  private final Generation generation;
  private final ConversionLog log;

  ConnaisseurOrder(Generation generation, ConversionLog log) {
    this.generation = generation;
    this.log = log;
  }

  /**
   * A rule among the others.
   *
   * @param there the components that Connaisseur compares
   * @param here those of ours
   */
  private record Ranked(ConnaisseurRule rule, List<String> there, List<String> here) {
    static Ranked of(ConnaisseurRule rule) {
      return new Ranked(
          rule,
          ImagePattern.components(rule.pattern().compared()),
          ImagePattern.of(rule.pattern().text()).components());
    }
  }

  /** The rules so that ours picks the same where theirs are equally specific. */
  List<ConnaisseurRule> ordered(List<ConnaisseurRule> rules) {
    List<Ranked> ranked =
        rules.stream().filter(rule -> rule.node().isPresent()).map(Ranked::of).toList();
    boolean many = (long) ranked.size() * ranked.size() / 2 > MAX_PAIRS;
    List<Ranked> ordered = generation == Generation.THIRD ? laterFirst(ranked, many) : ranked;
    lengths(ordered, many);
    if (generation == Generation.THIRD) {
      hub(ordered, many);
    }
    return ordered.stream().map(Ranked::rule).toList();
  }

  /** Rules of equal lengths, of which 3.x takes the last, in the opposite order. */
  private List<Ranked> laterFirst(List<Ranked> ranked, boolean many) {
    Map<List<Integer>, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < ranked.size(); i++) {
      groups.computeIfAbsent(lengthsOf(ranked.get(i).there()), key -> new ArrayList<>()).add(i);
    }
    List<Ranked> ordered = new ArrayList<>(ranked);
    TreeSet<Integer> moved = new TreeSet<>();
    for (List<Integer> group : groups.values()) {
      if (group.size() > 1 && (many || anyOverlap(ranked, group))) {
        for (int i = 0; i < group.size(); i++) {
          Ranked rule = ranked.get(group.get(group.size() - 1 - i));
          ordered.set(group.get(i), rule);
          moved.add(rule.rule().index());
        }
      }
    }
    if (!moved.isEmpty()) {
      log.changed(
          first(ranked, moved),
          "policy",
          "of rules that are equally specific the later one applied there and the earlier one does"
              + " here, so these stand in the opposite order",
          "keep one of them where two are for the same names",
          List.copyOf(moved));
    }
    return ordered;
  }

  private static boolean anyOverlap(List<Ranked> ranked, List<Integer> group) {
    for (int i = 0; i < group.size(); i++) {
      for (int j = i + 1; j < group.size(); j++) {
        Ranked a = ranked.get(group.get(i));
        Ranked b = ranked.get(group.get(j));
        if (different(a, b) && overlap(a, b)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Integer> lengthsOf(List<String> components) {
    return components.stream().map(String::length).toList();
  }

  /** Where common prefixes are equal, and lengths decide otherwise than there. */
  private void lengths(List<Ranked> ranked, boolean many) {
    TreeSet<Integer> touched = new TreeSet<>();
    boolean more = false;
    for (int i = 0; i < ranked.size() && !many; i++) {
      for (int j = i + 1; j < ranked.size(); j++) {
        Ranked a = ranked.get(i);
        Ranked b = ranked.get(j);
        if (a.here().size() == b.here().size()
            && firstWinsThere(a, b) != firstWinsHere(a, b)
            && !decidedByPrefix(a.here(), b.here())
            && different(a, b)
            && overlap(a, b)) {
          touched.add(a.rule().index());
          touched.add(b.rule().index());
          more |= admitsMore(firstWinsHere(a, b) ? a : b, firstWinsHere(a, b) ? b : a);
        }
      }
    }
    report(
        ranked,
        many,
        touched,
        more || many,
        generation == Generation.THIRD
            ? "where patterns share equally much with a name, the longer one wins, and they are"
                + " compared with the tag and the * that stand for what Connaisseur added"
            : "where patterns share equally much with a name, the longer one wins; Connaisseur"
                + " compared the lengths up to the first slash only, and the earlier rule applied");
  }

  /** Whether an image that the loser denied may be admitted by the winner. */
  private static boolean admitsMore(Ranked winner, Ranked loser) {
    return winner.rule().effect() != Effect.DENY && loser.rule().effect() != Effect.ALLOW;
  }

  private boolean firstWinsThere(Ranked a, Ranked b) {
    boolean earlier = a.rule().index() < b.rule().index();
    int compared = generation == Generation.THIRD ? a.there().size() : 1;
    int difference = difference(a.there(), b.there(), compared);
    return difference == 0 ? earlier == (generation != Generation.THIRD) : difference > 0;
  }

  /** Of two in the order of our policy. */
  private static boolean firstWinsHere(Ranked a, Ranked b) {
    return difference(a.here(), b.here(), a.here().size()) >= 0;
  }

  private static int difference(List<String> a, List<String> b, int components) {
    for (int k = 0; k < components; k++) {
      int difference = a.get(k).length() - b.get(k).length();
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  /** Whether, for any name, the common prefixes differ: up to the first wildcard they are known. */
  private static boolean decidedByPrefix(List<String> a, List<String> b) {
    for (int k = 0; k < a.size(); k++) {
      int ofA = literal(a.get(k));
      int ofB = literal(b.get(k));
      if (ofA != ofB) {
        return true;
      }
      if (ofA < a.get(k).length() || ofB < b.get(k).length()) {
        return false;
      }
    }
    return false;
  }

  private static int literal(String component) {
    int star = component.indexOf('*');
    return star < 0 ? component.length() : star;
  }

  /** Where one rule names Docker Hub and another matches it by a wildcard. */
  private void hub(List<Ranked> ranked, boolean many) {
    TreeSet<Integer> touched = new TreeSet<>();
    boolean more = false;
    for (Ranked named : many ? List.<Ranked>of() : ranked) {
      if (!named.here().getFirst().equals(HUB)) {
        continue;
      }
      for (Ranked other : ranked) {
        if (!other.here().getFirst().equals(HUB)
            && other.here().size() == named.here().size()
            && different(named, other)
            && overlap(named, other)) {
          touched.add(named.rule().index());
          touched.add(other.rule().index());
          more |= admitsMore(named, other) || admitsMore(other, named);
        }
      }
    }
    report(
        ranked,
        many,
        touched,
        more || many,
        "for Docker Hub's images the host docker.io counts for how specific a pattern is;"
            + " Connaisseur compared with index.docker.io, of which it is no prefix");
  }

  private void report(
      List<Ranked> ranked, boolean many, SortedSet<Integer> touched, boolean more, String meaning) {
    if (many) {
      ranked.forEach(rule -> touched.add(rule.rule().index()));
    }
    if (touched.isEmpty()) {
      return;
    }
    Field at = first(ranked, touched);
    String remedy = "see with: assayer policy match IMAGE";
    if (more) {
      log.loosened(at, "policy", meaning, remedy, List.copyOf(touched));
    } else {
      log.changed(at, "policy", meaning, remedy, List.copyOf(touched));
    }
  }

  private static Field first(List<Ranked> ranked, SortedSet<Integer> touched) {
    return ranked.stream()
        .map(Ranked::rule)
        .filter(rule -> rule.index() == touched.first())
        .map(ConnaisseurRule::field)
        .findFirst()
        .orElseThrow();
  }

  /** Whether it matters which of the two applies. */
  private static boolean different(Ranked a, Ranked b) {
    return !withoutPattern(a).equals(withoutPattern(b));
  }

  private static List<String> withoutPattern(Ranked ranked) {
    return ranked.rule().node().stream()
        .flatMap(node -> node.entries().stream())
        .filter(entry -> !entry.key().text().equals("pattern"))
        .map(entry -> entry.key().text() + YamlToJson.json(entry.value()))
        .toList();
  }

  private static boolean overlap(Ranked a, Ranked b) {
    return Globs.overlap(
        ImagePattern.of(a.rule().pattern().text()).text(),
        ImagePattern.of(b.rule().pattern().text()).text());
  }
}
