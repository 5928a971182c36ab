package dev.assayer.policy;

import dev.assayer.image.ImagePattern;
import dev.assayer.image.Printable;
import dev.assayer.policy.Finding.Kind;
import dev.assayer.policy.NameState.HostKind;
import dev.assayer.policy.Specificity.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Finds the rules of a list that can never win. It never accuses wrongly: the first two kinds are
 * decided exactly on the grammar of normalised names, the last by a proof for all names. It may
 * miss a rule that only several others together beat, or one in a list of thousands of entangled
 * patterns, where the search ends at a budget.
 */
public final class PatternFindings {
  private static final int SEARCH_BUDGET = 1_000_000;
  private static final List<String> FILLS = List.of("", "q7", "q7/q8", "q7.q8", "q7.q8/q6/q5", "5");

  private final NameAutomaton names = NameAutomaton.EXACT;
  private final PatternFix fix = new PatternFix(names);
  private final Containment containment = new Containment(SEARCH_BUDGET);
  private final List<Candidate> candidates;

  /** The patterns' texts with one wildcard for each run, which matches the same. */
  private final List<String> texts;

  private final List<Finding> findings = new ArrayList<>();

  private PatternFindings(List<String> patterns) {
    List<Candidate> ready = new ArrayList<>(patterns.size());
    for (String pattern : patterns) {
      ready.add(new Candidate(ImagePattern.of(pattern), ready.size()));
    }
    candidates = List.copyOf(ready);
    texts =
        ready.stream()
            .map(candidate -> GlobAutomaton.withSingleStars(candidate.pattern().text()))
            .toList();
  }

  /** The findings for a list of patterns whose rules apply to every request. */
  public static List<Finding> of(List<String> patterns) {
    return of(patterns, Function.identity(), (winner, loser) -> true);
  }

  /**
   * The findings for a list of rules, in the order of the rules.
   *
   * @param pattern a rule's pattern as configured
   * @param covers whether the first rule applies to every request to which the second applies, as
   *     far as anything but patterns goes (namespaces, for instance)
   */
  public static <R> List<Finding> of(
      List<R> rules,
      Function<? super R, String> pattern,
      BiPredicate<? super R, ? super R> covers) {
    PatternFindings search = new PatternFindings(rules.stream().<String>map(pattern).toList());
    search.run((winner, loser) -> covers.test(rules.get(winner), rules.get(loser)));
    return List.copyOf(search.findings);
  }

  private void run(BiPredicate<Integer, Integer> covers) {
    List<Candidate> rivals = new ArrayList<>();
    List<Set<HostKind>> hosts = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Set<HostKind> matched = names.hostsMatchedBy(texts.get(candidate.index()));
      hosts.add(matched);
      if (!matched.isEmpty()) {
        rivals.add(candidate);
      }
    }
    Map<ImagePattern, List<Integer>> earlier = new HashMap<>();
    for (Candidate candidate : candidates) {
      int index = candidate.index();
      Set<HostKind> matched = hosts.get(index);
      aboutHosts(candidate, matched);
      List<Integer> same = earlier.computeIfAbsent(candidate.pattern(), key -> new ArrayList<>());
      Optional<Integer> twin = same.stream().filter(first -> covers.test(first, index)).findFirst();
      same.add(index);
      if (twin.isPresent()) {
        duplicate(candidate, candidates.get(twin.get()));
      } else if (!matched.isEmpty()) {
        beaten(candidate, rivals, covers);
      }
    }
  }

  private void aboutHosts(Candidate candidate, Set<HostKind> hosts) {
    String written = candidate.pattern().written();
    if (hosts.isEmpty()) {
      add(
          candidate,
          Kind.MATCHES_NOTHING,
          "matches no image name in normal form.",
          fix.sentence(written));
    } else if (isTakenForHost(written, hosts)) {
      String first = ImagePattern.components(written).getFirst();
      add(
          candidate,
          Kind.TAKEN_FOR_HOST,
          "matches only images of a registry host "
              + Printable.quoted(first)
              + ", none of docker.io.",
          fix.sentence(written));
    }
  }

  /** A single label before the first slash, or no slash at all, is a host only in rare names. */
  private static boolean isTakenForHost(String written, Set<HostKind> hosts) {
    boolean onlyBare = hosts.equals(Set.of(HostKind.BARE_LABEL));
    return onlyBare || (written.indexOf('/') < 0 && !hosts.contains(HostKind.PLAIN));
  }

  private void duplicate(Candidate candidate, Candidate first) {
    add(
        candidate,
        Kind.DUPLICATE,
        "stands twice: " + label(first) + " is the same and comes first.",
        "Remove " + label(candidate) + " or change its pattern.");
  }

  private void beaten(
      Candidate candidate, List<Candidate> rivals, BiPredicate<Integer, Integer> covers) {
    List<String> samples = samples(texts.get(candidate.index()));
    for (Candidate rival : rivals) {
      if (rival.index() != candidate.index()
          && Dominance.always(rival, candidate)
          && samples.stream().allMatch(rival.pattern()::matches)
          && covers.test(rival.index(), candidate.index())
          && containment.contains(texts.get(rival.index()), texts.get(candidate.index()))) {
        add(
            candidate,
            Kind.ALWAYS_BEATEN,
            "never wins: " + label(rival) + " matches all that it matches and is more specific.",
            "Remove " + label(candidate) + " or make it more specific than " + label(rival) + ".");
        return;
      }
    }
  }

  /** Some names that the pattern matches, to dismiss most rivals without a search. */
  private List<String> samples(String text) {
    return FILLS.stream().map(fill -> text.replace("*", fill)).filter(names::accepts).toList();
  }

  private void add(Candidate candidate, Kind kind, String message, String advice) {
    findings.add(new Finding(candidate.index(), kind, label(candidate) + " " + message, advice));
  }

  private static String label(Candidate candidate) {
    return "policy[" + candidate.index() + "] " + Printable.quoted(candidate.pattern().written());
  }
}
