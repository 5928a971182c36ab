package dev.assayer.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.image.ImageNames;
import dev.assayer.image.ImagePattern;
import dev.assayer.image.ImageReference;
import dev.assayer.policy.Specificity.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random policies and images against an independent reading of the rule of specificity. */
class SelectionPropertyTest {
  private static final int RUNS = 5_000;

  @RepeatedTest(3)
  void theWinnerIsThatOfTheBruteForceReading(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int found = 0;
    for (int i = 0; i < RUNS; i++) {
      ImageReference image = randomImage(random);
      List<String> patterns = randomPatterns(image, random);
      Optional<Integer> expected = bruteForce(patterns, image.matchName());
      assertThat(winner(patterns, image)).as("%s for %s", patterns, image).isEqualTo(expected);
      Explanation<String> explanation = ruleSet(patterns).explain(image, rule -> Optional.empty());
      assertThat(explanation.selection()).isEqualTo(ruleSet(patterns).select(image, rule -> true));
      found += expected.isPresent() ? 1 : 0;
    }
    assertThat(found).isGreaterThan(RUNS / 2);
  }

  @RepeatedTest(3)
  @DisplayName("REF-09 the order of rules matters among equally specific ones only")
  void theOrderOfRulesMattersAmongTiesOnly(RepetitionInfo repetition) {
    Random random = new Random(100 + repetition.getCurrentRepetition());
    for (int i = 0; i < RUNS; i++) {
      ImageReference image = randomImage(random);
      List<String> patterns = randomPatterns(image, random);
      List<String> shuffled = new ArrayList<>(patterns);
      Collections.shuffle(shuffled, random);
      Optional<String> before = winner(patterns, image).map(patterns::get);
      Optional<String> after = winner(shuffled, image).map(shuffled::get);
      assertThat(after.map(rule -> key(rule, image.matchName())))
          .isEqualTo(before.map(rule -> key(rule, image.matchName())));
    }
  }

  @RepeatedTest(3)
  @DisplayName("A pinned image selects the rule it selected before")
  void pinningKeepsTheRule(RepetitionInfo repetition) {
    Random random = new Random(200 + repetition.getCurrentRepetition());
    for (int i = 0; i < RUNS; i++) {
      ImageReference image = randomImage(random);
      List<String> patterns = randomPatterns(image, random);
      ImageReference pinned = ImageNames.image(image.pinned(ImageNames.DIGEST).text());
      assertThat(pinned.digest()).contains(ImageNames.DIGEST);
      assertThat(winner(patterns, pinned)).isEqualTo(winner(patterns, image));
    }
  }

  @RepeatedTest(3)
  @DisplayName("REF-09 specificity is a total order for one image")
  void specificityIsATotalOrder(RepetitionInfo repetition) {
    Random random = new Random(300 + repetition.getCurrentRepetition());
    for (int i = 0; i < RUNS; i++) {
      ImageReference image = randomImage(random);
      List<String> name = ImagePattern.components(image.matchName());
      List<String> patterns = randomPatterns(image, random);
      Candidate a = candidate(patterns, 0);
      Candidate b = candidate(patterns, 1);
      Candidate c = candidate(patterns, 2);
      assertThat(beats(a, b, name)).isNotEqualTo(beats(b, a, name));
      if (beats(a, b, name) && beats(b, c, name)) {
        assertThat(beats(a, c, name)).as("%s for %s", patterns, image).isTrue();
      }
      if (beats(c, b, name) && beats(b, a, name)) {
        assertThat(beats(c, a, name)).as("%s for %s", patterns, image).isTrue();
      }
      assertThat(Specificity.compare(a, b, name).difference())
          .isEqualTo(Specificity.compare(b, a, name).difference());
    }
  }

  private static boolean beats(Candidate a, Candidate b, List<String> image) {
    return Specificity.compare(a, b, image).firstWins();
  }

  private static Candidate candidate(List<String> patterns, int index) {
    return new Candidate(ImagePattern.of(patterns.get(index)), index);
  }

  private static ImageReference randomImage(Random random) {
    return ImageNames.image(ImageNames.randomValid(random));
  }

  private static List<String> randomPatterns(ImageReference image, Random random) {
    List<String> patterns = new ArrayList<>();
    for (int count = random.nextInt(3, 9); count > 0; count--) {
      patterns.add(
          random.nextInt(3) > 0
              ? ImageNames.randomPattern(image.matchName(), random)
              : ImageNames.randomPattern(random));
    }
    return patterns;
  }

  private static RuleSet<String> ruleSet(List<String> patterns) {
    return RuleSet.of(patterns, Function.identity());
  }

  private static Optional<Integer> winner(List<String> patterns, ImageReference image) {
    return ruleSet(patterns).select(image, rule -> true).map(Selection::index);
  }

  /** Sorts by the numbers of the four steps, written as one string that compares as they do. */
  private static Optional<Integer> bruteForce(List<String> patterns, String name) {
    Optional<Integer> best = Optional.empty();
    for (int i = 0; i < patterns.size(); i++) {
      if (!matches(withTag(patterns.get(i)), name)) {
        continue;
      }
      String key = key(patterns.get(i), name);
      if (best.isEmpty() || key.compareTo(key(patterns.get(best.get()), name)) > 0) {
        best = Optional.of(i);
      }
    }
    return best;
  }

  private static String key(String pattern, String name) {
    String[] parts = withTag(pattern).split("/", -1);
    String[] image = name.split("/", -1);
    StringBuilder key = new StringBuilder(String.format(Locale.ROOT, "%05d", parts.length));
    for (int i = 0; i < parts.length; i++) {
      String component = i < image.length ? image[i] : "";
      int shared = 0;
      while (shared < parts[i].length()
          && component.startsWith(parts[i].substring(0, shared + 1))) {
        shared++;
      }
      key.append(String.format(Locale.ROOT, " %05d", shared));
    }
    for (String part : parts) {
      key.append(String.format(Locale.ROOT, " %05d", part.length()));
    }
    return key.toString();
  }

  private static String withTag(String pattern) {
    String[] parts = pattern.split("/", -1);
    return parts[parts.length - 1].contains(":") ? pattern : pattern + ":*";
  }

  /** By a table of what is left of pattern and name. */
  private static boolean matches(String pattern, String name) {
    boolean[][] table = new boolean[pattern.length() + 1][name.length() + 1];
    table[pattern.length()][name.length()] = true;
    for (int p = pattern.length() - 1; p >= 0; p--) {
      for (int n = name.length(); n >= 0; n--) {
        boolean star = pattern.charAt(p) == '*';
        boolean rest = n < name.length();
        table[p][n] =
            star
                ? table[p + 1][n] || (rest && table[p][n + 1])
                : rest && pattern.charAt(p) == name.charAt(n) && table[p + 1][n + 1];
      }
    }
    return table[0][0];
  }
}
