package dev.assayer.policy;

import dev.assayer.image.ImagePattern;
import dev.assayer.image.ImageReference;
import dev.assayer.policy.Explanation.Outcome;
import dev.assayer.policy.Explanation.Outcome.Lost;
import dev.assayer.policy.Explanation.Outcome.NotApplicable;
import dev.assayer.policy.Explanation.Outcome.NotMatched;
import dev.assayer.policy.Explanation.Outcome.Won;
import dev.assayer.policy.Explanation.Step;
import dev.assayer.policy.Selection.Beaten;
import dev.assayer.policy.Specificity.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The rules of a policy in their order, ready to be matched. Immutable; cost of a selection is
 * linear in the number of rules and in the length of the name.
 *
 * @param <R> what a rule is to the caller
 */
public final class RuleSet<R> {
  private final List<Entry<R>> entries;

  /** A rule with its pattern made ready. */
  private record Entry<R>(R rule, Candidate candidate) {
    ImagePattern pattern() {
      return candidate.pattern();
    }

    int index() {
      return candidate.index();
    }
  }

  private RuleSet(List<Entry<R>> entries) {
    this.entries = List.copyOf(entries);
  }

  /** The rules in policy order; the function gives each rule's pattern as configured. */
  public static <R> RuleSet<R> of(List<R> rules, Function<? super R, String> pattern) {
    List<Entry<R>> entries = new ArrayList<>(rules.size());
    for (R rule : rules) {
      ImagePattern ready = ImagePattern.of(pattern.apply(rule));
      entries.add(new Entry<>(rule, new Candidate(ready, entries.size())));
    }
    return new RuleSet<>(entries);
  }

  /** The rules in policy order. */
  public List<R> rules() {
    return entries.stream().map(Entry::rule).toList();
  }

  /**
   * The most specific rule among those that match the image and apply; empty when there is none.
   *
   * @param applies what else a rule demands of the request, its namespaces for instance
   */
  public Optional<Selection<R>> select(ImageReference image, Predicate<? super R> applies) {
    String name = image.matchName();
    List<Entry<R>> matching =
        entries.stream()
            .filter(entry -> entry.pattern().matches(name) && applies.test(entry.rule()))
            .toList();
    return mostSpecific(matching, ImagePattern.components(name));
  }

  /**
   * The same selection with what became of every rule.
   *
   * @param obstacle why a matching rule does not apply to this request, as a clause for people;
   *     empty when it applies
   */
  public Explanation<R> explain(
      ImageReference image, Function<? super R, Optional<String>> obstacle) {
    String name = image.matchName();
    List<Entry<R>> matching = new ArrayList<>();
    List<Step<R>> steps = new ArrayList<>();
    for (Entry<R> entry : entries) {
      Outcome outcome = new NotMatched();
      if (entry.pattern().matches(name)) {
        Optional<String> reason = obstacle.apply(entry.rule());
        outcome = reason.<Outcome>map(NotApplicable::new).orElseGet(Won::new);
        if (reason.isEmpty()) {
          matching.add(entry);
        }
      }
      steps.add(new Step<>(entry.rule(), entry.index(), entry.pattern().written(), outcome));
    }
    Optional<Selection<R>> selection = mostSpecific(matching, ImagePattern.components(name));
    selection.ifPresent(won ->
        won.over()
            .forEach(beaten ->
                steps.set(
                    beaten.index(),
                    new Step<>(
                        beaten.rule(),
                        beaten.index(),
                        beaten.pattern(),
                        new Lost(won.index(), beaten.difference())))));
    return new Explanation<>(name, selection, steps);
  }

  private Optional<Selection<R>> mostSpecific(List<Entry<R>> matching, List<String> image) {
    Optional<Entry<R>> best =
        matching.stream()
            .reduce((a, b) ->
                Specificity.compare(a.candidate(), b.candidate(), image).firstWins() ? a : b);
    return best.map(winner ->
        new Selection<>(
            winner.rule(),
            winner.index(),
            winner.pattern().written(),
            matching.stream()
                .filter(entry -> entry.index() != winner.index())
                .map(loser -> beaten(winner, loser, image))
                .toList()));
  }

  private Beaten<R> beaten(Entry<R> winner, Entry<R> loser, List<String> image) {
    Difference difference =
        Specificity.compare(winner.candidate(), loser.candidate(), image).difference();
    return new Beaten<>(loser.rule(), loser.index(), loser.pattern().written(), difference);
  }
}
