package dev.assayer.policy;

import static dev.assayer.image.ImageNames.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.image.ImageReference;
import dev.assayer.policy.Explanation.Outcome.Lost;
import dev.assayer.policy.Explanation.Outcome.NotMatched;
import dev.assayer.policy.Explanation.Outcome.Won;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private final RuleSet<String> rules =
      RuleSet.of(
          List.of(
              "*:*",
              "a.b/*:*",
              "docker.io/library/n*:*",
              "docker.io/library/nginx:*",
              "docker.io/library/*x:*",
              "docker.io/library/nginx"),
          Function.identity());

  @Test
  void everyRuleHasItsSentenceWithTheFigures() {
    Explanation<String> explanation = explain(image("nginx:1"));
    assertThat(explanation.why())
        .containsExactly(
            "policy[0] \"*:*\" matches and loses to policy[3] at step 1: 3 components beat 1.",
            "policy[1] \"a.b/*:*\" does not match.",
            "policy[2] \"docker.io/library/n*:*\" matches and loses to policy[3] at step 2: the"
                + " common prefix with component 3 of the image is 6 characters against 1.",
            "policy[3] \"docker.io/library/nginx:*\" matches and wins.",
            "policy[4] \"docker.io/library/*x:*\" matches and loses to policy[3] at step 2: the"
                + " common prefix with component 3 of the image is 6 characters against 0.",
            "policy[5] \"docker.io/library/nginx\" matches and loses to policy[3] at step 4:"
                + " equally specific, and rule 3 stands before rule 5.",
            "policy[3] \"docker.io/library/nginx:*\" is the rule for docker.io/library/nginx:1.");
    assertThat(explanation.selection()).isEqualTo(rules.select(image("nginx:1"), rule -> true));
  }

  @Test
  void theStepsAreThereForPrograms() {
    Explanation<String> explanation = explain(image("nginx:1"));
    assertThat(explanation.image()).isEqualTo("docker.io/library/nginx:1");
    assertThat(explanation.steps().get(0).outcome())
        .isEqualTo(new Lost(3, new Difference.MoreComponents(3, 1)));
    assertThat(explanation.steps().get(1).outcome()).isEqualTo(new NotMatched());
    assertThat(explanation.steps().get(3).outcome()).isEqualTo(new Won());
    assertThat(explanation.steps()).extracting(step -> step.index()).isSorted().hasSize(6);
  }

  @Test
  void aRuleThatDoesNotApplySaysWhy() {
    Explanation<String> explanation =
        rules.explain(
            image("a.b/x"),
            rule ->
                rule.startsWith("a.b")
                    ? Optional.of("it is for the namespaces [shop]")
                    : Optional.empty());
    assertThat(explanation.why())
        .contains(
            "policy[1] \"a.b/*:*\" matches but does not apply: it is for the namespaces [shop].",
            "policy[0] \"*:*\" is the rule for a.b/x:latest.");
  }

  @Test
  void noRuleIsSaidSo() {
    RuleSet<String> none = RuleSet.of(List.of("a.b/*"), Function.identity());
    Explanation<String> explanation = none.explain(image("nginx"), rule -> Optional.empty());
    assertThat(explanation.selection()).isEmpty();
    assertThat(explanation.why())
        .containsExactly(
            "policy[0] \"a.b/*\" does not match.",
            "No rule is left for docker.io/library/nginx:latest.");
  }

  @Test
  void theThirdStepGivesTheLengths() {
    RuleSet<String> pair = RuleSet.of(List.of("*", "*x:*"), Function.identity());
    assertThat(pair.explain(image("a.b/x:1"), rule -> Optional.empty()).why().getFirst())
        .isEqualTo(
            "policy[0] \"*\" matches and loses to policy[1] at step 3: component 1 of the pattern"
                + " has 4 characters against 3.");
  }

  @Test
  @DisplayName("A hostile pattern cannot forge a line of the explanation")
  void aHostilePatternIsEscaped() {
    RuleSet<String> hostile = RuleSet.of(List.of("a\nb\u202e"), Function.identity());
    assertThat(hostile.explain(image("nginx"), rule -> Optional.empty()).why().getFirst())
        .isEqualTo("policy[0] \"a\\nb\\u{202e}\" does not match.");
  }

  private Explanation<String> explain(ImageReference image) {
    return rules.explain(image, rule -> Optional.empty());
  }
}
