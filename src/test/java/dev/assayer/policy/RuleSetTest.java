package dev.assayer.policy;

import static dev.assayer.image.ImageNames.HEX;
import static dev.assayer.image.ImageNames.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.policy.Difference.EarlierRule;
import dev.assayer.policy.Difference.LongerComponent;
import dev.assayer.policy.Difference.LongerPrefix;
import dev.assayer.policy.Difference.MoreComponents;
import dev.assayer.policy.Selection.Beaten;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RuleSetTest {

  @Test
  @DisplayName("REF-01 every spelling of an image selects the same rule")
  void everySpellingSelectsTheSameRule() {
    RuleSet<String> rules = rules("*:*", "docker.io/*:*", "docker.io/library/nginx:*");
    for (String spelling :
        List.of("nginx", "docker.io/nginx", "index.docker.io/library/nginx", "DOCKER.io/nginx")) {
      assertThat(winner(rules, spelling)).contains(2);
    }
    assertThat(winner(rules, "registry-1.docker.io/nginx")).contains(0);
  }

  @Test
  void stepOneMoreComponentsWin() {
    RuleSet<String> rules = rules("*:*", "docker.io/*:*", "*/*/*:*");
    assertThat(over(rules, "nginx"))
        .containsExactly(new MoreComponents(3, 1), new MoreComponents(3, 2));
    assertThat(winner(rules, "nginx")).contains(2);
    assertThat(winner(rules, "a.b/nginx")).contains(0);
  }

  @Test
  void stepTwoTheLongerCommonPrefixWinsInTheFirstComponentThatDiffers() {
    // component 1: 3 characters of "docker.io" against 0, though component 2 says otherwise
    RuleSet<String> rules = rules("*/library/*:*", "doc*/*/*:*");
    assertThat(winner(rules, "nginx")).contains(1);
    assertThat(over(rules, "nginx")).containsExactly(new LongerPrefix(1, 3, 0));

    RuleSet<String> tags = rules("docker.io/library/nginx:*", "docker.io/library/nginx:1.*");
    assertThat(winner(tags, "nginx:1.27")).contains(1);
    assertThat(over(tags, "nginx:1.27")).containsExactly(new LongerPrefix(3, 8, 6));
    assertThat(winner(tags, "nginx:2")).contains(0);
  }

  @Test
  void stepTwoComparesWithTheImageNotOnlyWithTheOtherPattern() {
    // a wildcard eats slashes: component 2 of the pattern is read against component 2 of the image
    RuleSet<String> rules = rules("*/b*:*", "*/ab*:*");
    assertThat(winner(rules, "a.b/b/ab")).contains(0);
    assertThat(over(rules, "a.b/b/ab")).containsExactly(new LongerPrefix(2, 1, 0));
    assertThat(winner(rules, "a.b/ab/b")).contains(1);
  }

  @Test
  void stepThreeTheLongerPatternComponentWins() {
    RuleSet<String> rules = rules("docker.io/*/*x:*", "docker.io/*y*/*x:*");
    assertThat(winner(rules, "docker.io/zyz/x")).contains(1);
    assertThat(over(rules, "docker.io/zyz/x")).containsExactly(new LongerComponent(2, 3, 1));

    // the first component that differs in length decides
    RuleSet<String> mixed = rules("*.b/*nx:*", "*a.b/*x:*");
    assertThat(winner(mixed, "a.b/nx")).contains(1);
    assertThat(over(mixed, "a.b/nx")).containsExactly(new LongerComponent(1, 4, 3));
    assertThat(winner(rules("*:*", "***:*"), "nginx")).contains(1);
  }

  @Test
  @DisplayName("REF-09 of equally specific rules the earlier one wins")
  void stepFourTheEarlierRuleWins() {
    RuleSet<String> twice = rules("a.b/*:*", "a.b/*", "*");
    assertThat(winner(twice, "a.b/x")).contains(0);
    assertThat(over(twice, "a.b/x"))
        .containsExactly(new EarlierRule(0, 1), new MoreComponents(2, 1));

    RuleSet<String> tie = rules("a.b/*x*y:*", "a.b/*y*x:*", "a.b/*x*z:*");
    assertThat(winner(tie, "a.b/xyxy")).contains(0);
    assertThat(winner(tie, "a.b/yyx")).contains(1);
  }

  @Test
  void theTagBelongsToTheLastComponent() {
    RuleSet<String> rules = rules("*:*", "*:1.27");
    assertThat(winner(rules, "nginx:1.27")).contains(1);
    assertThat(over(rules, "nginx:1.27")).containsExactly(new LongerComponent(1, 6, 3));
  }

  @Test
  void aDigestAloneIsMatchedWithAnEmptyTag() {
    RuleSet<String> rules = rules("docker.io/library/nginx:1", "docker.io/*:*");
    assertThat(winner(rules, "nginx@sha256:" + HEX)).contains(1);
    assertThat(winner(rules, "nginx:1@sha256:" + HEX)).contains(0);
  }

  @Test
  @DisplayName("REF-10 an exempt pattern of one registry is not selected for another")
  void anExemptPatternIsNotSelectedForAnotherRegistry() {
    RuleSet<String> rules = rules("*:*", "k8s.gcr.io/*:*");
    assertThat(winner(rules, "k8s.gcr.io/pause:3.9")).contains(1);
    assertThat(winner(rules, "k8s.gcr.io.evil.test/x")).contains(0);
    assertThat(winner(rules, "evil.test/k8s.gcr.io/x")).contains(0);
    assertThat(winner(rules, "k8s.gcr.io/x/y")).contains(1);
  }

  @Test
  void noRuleMatchesWhenNoneDoes() {
    assertThat(winner(rules("a.b/*"), "nginx")).isEmpty();
    assertThat(winner(rules(), "nginx")).isEmpty();
  }

  @Test
  void aRuleThatDoesNotApplyLeavesTheNextMostSpecific() {
    RuleSet<String> rules = rules("*:*", "docker.io/*:*", "docker.io/library/*:*");
    Optional<Selection<String>> selection =
        rules.select(image("nginx"), rule -> !rule.startsWith("docker.io/library"));
    assertThat(selection.map(Selection::index)).contains(1);
    assertThat(selection.orElseThrow().over()).extracting(Beaten::index).containsExactly(0);
  }

  @Test
  void theRulesComeBackInOrder() {
    assertThat(rules("b", "a").rules()).containsExactly("b", "a");
  }

  private static RuleSet<String> rules(String... patterns) {
    return RuleSet.of(List.of(patterns), Function.identity());
  }

  private static Optional<Integer> winner(RuleSet<String> rules, String image) {
    return rules.select(image(image), rule -> true).map(Selection::index);
  }

  private static List<Difference> over(RuleSet<String> rules, String image) {
    return rules.select(image(image), rule -> true).orElseThrow().over().stream()
        .map(Beaten::difference)
        .toList();
  }
}
