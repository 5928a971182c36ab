package dev.assayer.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.image.ImageNames;
import dev.assayer.image.ImagePattern;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.policy.Finding.Kind;
import dev.assayer.policy.Specificity.Candidate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FindingsPropertyTest {
  private final NameAutomaton names = NameAutomaton.EXACT;

  @RepeatedTest(3)
  @DisplayName("The automaton accepts exactly the names that the parser makes")
  void theAutomatonAcceptsWhatTheParserMakes(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int rejected = 0;
    for (int i = 0; i < 20_000; i++) {
      assertThat(names.accepts(ImageNames.image(ImageNames.randomValid(random)).matchName()))
          .isTrue();
      String near = ImageNames.randomNear(random).replaceFirst("@.*", "");
      boolean normal = isNormal(near);
      assertThat(names.accepts(near)).as(near).isEqualTo(normal);
      rejected += normal ? 0 : 1;
    }
    assertThat(rejected).isBetween(2_000, 19_000);
  }

  @Test
  @DisplayName("The automaton knows every port")
  void theAutomatonKnowsEveryPort() {
    for (int port = 0; port < 70_000; port++) {
      assertThat(names.accepts("a.b:" + port + "/x:1"))
          .as("%s", port)
          .isEqualTo(port > 0 && port <= 65_535 && port != 443);
    }
    assertThat(names.accepts("a.b:0443/x:1")).isFalse();
    assertThat(names.accepts("a.b:123456/x:1")).isFalse();
  }

  /** Whether some reference has this match name, by the parser; an empty tag as a digest alone. */
  private static boolean isNormal(String name) {
    String reference = name.endsWith(":") ? name + "x" : name;
    int slash = reference.indexOf('/');
    // a single label is a host in a match name, and reads as one only with its port
    boolean label =
        slash > 0 && reference.substring(0, slash).chars().noneMatch(c -> c == '.' || c == ':');
    String readable =
        label && !reference.startsWith("localhost/")
            ? reference.substring(0, slash) + ":443" + reference.substring(slash)
            : reference;
    return ImageReference.parse(readable) instanceof ReferenceResult.Valid(ImageReference image)
        && image.digest().isEmpty()
        && image.matchName().equals(reference);
  }

  @RepeatedTest(3)
  @DisplayName("The automaton of a pattern agrees with its matcher")
  void theAutomatonOfAPatternAgreesWithItsMatcher(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 50_000; i++) {
      String pattern = letters(random, "ab*:", 12);
      String name = letters(random, "ab:", 14);
      GlobAutomaton automaton = new GlobAutomaton(ImagePattern.of(pattern).text());
      int state = GlobAutomaton.START;
      for (int at = 0; at < name.length(); at++) {
        state = automaton.next(state, name.charAt(at));
      }
      assertThat(automaton.accepts(state))
          .as("%s %s", pattern, name)
          .isEqualTo(ImagePattern.of(pattern).matches(name));
    }
  }

  @RepeatedTest(3)
  @DisplayName("No accused rule is ever selected")
  void noAccusedRuleIsEverSelected(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int accused = 0;
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (int i = 0; i < 300; i++) {
      List<String> patterns = new ArrayList<>();
      List<ImageReference> images = new ArrayList<>();
      for (int n = 0; n < 12; n++) {
        images.add(ImageNames.image(ImageNames.randomValid(random)));
        patterns.add(
            random.nextBoolean()
                ? ImageNames.randomPattern(random)
                : ImageNames.randomPattern(images.getLast().matchName(), random));
      }
      patterns.add(ImageNames.pick(patterns, random));
      List<Finding> findings = PatternFindings.of(patterns);
      findings.forEach(finding -> kinds.add(finding.kind()));
      RuleSet<String> rules = RuleSet.of(patterns, Function.identity());
      for (Finding finding : findings) {
        if (finding.kind() == Kind.TAKEN_FOR_HOST) {
          continue;
        }
        accused++;
        for (ImageReference image : near(patterns.get(finding.index()), images, random)) {
          assertThat(rules.select(image, rule -> true).map(Selection::index))
              .as("%s in %s for %s", finding, patterns, image)
              .isNotEqualTo(Optional.of(finding.index()));
        }
      }
    }
    assertThat(accused).isGreaterThan(200);
    assertThat(kinds).containsExactlyInAnyOrder(Kind.values());
  }

  @RepeatedTest(3)
  @DisplayName("Dominance and containment are never claimed against a counterexample")
  void claimsHoldForEveryName(RepetitionInfo repetition) {
    Random random = new Random(50 + repetition.getCurrentRepetition());
    Containment containment = new Containment(Integer.MAX_VALUE);
    int claims = 0;
    for (int i = 0; i < 1_500; i++) {
      ImageReference base = ImageNames.image(ImageNames.randomValid(random));
      Candidate inner = candidate(ImageNames.randomPattern(base.matchName(), random), 0);
      Candidate outer =
          candidate(
              ImageNames.randomPattern(inner.pattern().text(), random), random.nextInt(2) * 2 - 1);
      boolean contains = containment.contains(outer.pattern().text(), inner.pattern().text());
      boolean dominates = contains && Dominance.always(outer, inner);
      for (ImageReference image : near(inner.pattern().text(), List.of(base), random)) {
        if (!inner.pattern().matches(image.matchName())) {
          continue;
        }
        if (contains) {
          assertThat(outer.pattern().matches(image.matchName()))
              .as("%s in %s: %s", inner, outer, image)
              .isTrue();
        }
        if (dominates) {
          List<String> components = ImagePattern.components(image.matchName());
          assertThat(Specificity.compare(outer, inner, components).firstWins())
              .as("%s over %s: %s", outer, inner, image)
              .isTrue();
        }
      }
      claims += dominates ? 1 : 0;
    }
    assertThat(claims).isGreaterThan(50);
  }

  private static Candidate candidate(String pattern, int index) {
    return new Candidate(ImagePattern.of(pattern), index);
  }

  /** The images, and those that come from filling the wildcards of a pattern at random. */
  private List<ImageReference> near(String pattern, List<ImageReference> images, Random random) {
    List<ImageReference> all = new ArrayList<>(images);
    IntStream.range(0, 30)
        .mapToObj(i -> filled(ImagePattern.of(pattern).text(), random))
        .filter(names::accepts)
        .map(name ->
            name.endsWith(":")
                ? name.substring(0, name.length() - 1) + "@" + ImageNames.DIGEST
                : name)
        .map(ImageReference::parse)
        .forEach(result -> {
          if (result instanceof ReferenceResult.Valid(ImageReference image)) {
            all.add(image);
          }
        });
    return all;
  }

  private static String filled(String pattern, Random random) {
    List<String> fills =
        List.of(
            "",
            "a",
            "b",
            "ab",
            "/",
            "/a",
            "a/",
            "a/b",
            "a.b/a",
            "docker.io/a/b",
            ":1",
            "1",
            "-b",
            ".");
    StringBuilder name = new StringBuilder();
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      name.append(c == '*' ? ImageNames.pick(fills, random) : String.valueOf(c));
    }
    return name.toString();
  }

  private static String letters(Random random, String alphabet, int limit) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(limit); length > 0; length--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
