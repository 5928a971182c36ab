package dev.assayer.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePatternTest {

  @ParameterizedTest
  @CsvSource({
    "nginx, nginx:*",
    "*, *:*",
    "***, ***:*",
    "*:*, *:*",
    "docker.io/library/nginx, docker.io/library/nginx:*",
    "docker.io/library/nginx:1.*, docker.io/library/nginx:1.*",
    "localhost:5000/x, localhost:5000/x:*",
    "localhost:5000, localhost:5000",
    "a//b, a//b:*",
    "x:y:z, x:y:z",
    "x:y/, x:y/:*",
    "x:, x:",
    "'', :*",
    ":, :"
  })
  void aPatternWithoutATagGetsAnyTag(String written, String text) {
    assertThat(ImagePattern.of(written).text()).isEqualTo(text);
    assertThat(ImagePattern.of(written).written()).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource({
    "*:*, docker.io/library/nginx:1, true",
    "*, docker.io/library/nginx:1, true",
    "**, docker.io/library/nginx:, true",
    "docker.io/*:*, docker.io/a/b/c:1, true",
    "docker.io/*, docker.io/library/nginx:, true",
    "docker.io/library/nginx, docker.io/library/nginx:, true",
    "docker.io/library/nginx:1, docker.io/library/nginx:, false",
    "docker.io/library/nginx:, docker.io/library/nginx:, true",
    "docker.io/library/nginx:, docker.io/library/nginx:1, false",
    "docker.io/library/nginx:1, docker.io/library/nginx:1, true",
    "docker.io/library/nginx:1, docker.io/library/nginx:11, false",
    "docker.io/library/nginx:1*, docker.io/library/nginx:1, true",
    "docker.io/library/NGINX, docker.io/library/nginx:1, false",
    "ocker.io/library/nginx, docker.io/library/nginx:1, false",
    "*a*a*, docker.io/x/aa:1, true",
    "docker.io/*nginx, docker.io/nginx-nginx:1, true",
    "docker.io/*ab*ba:*, docker.io/aba:1, false",
    "docker.io/*ab*ba:*, docker.io/abba:1, true",
    "docker.io/?, docker.io/x:1, false",
    "docker.io/.*, docker.io/x:1, false"
  })
  void aStarMatchesAnyRunAndBothEndsAreAnchored(String pattern, String name, boolean matches) {
    assertThat(ImagePattern.of(pattern).matches(name)).isEqualTo(matches);
  }

  @Test
  @DisplayName("REF-10 the pattern of one registry matches no name of another")
  void aRegistryPatternMatchesNoOtherRegistry() {
    ImagePattern pattern = ImagePattern.of("k8s.gcr.io/*:*");
    assertThat(pattern.matches("k8s.gcr.io/pause:3.9")).isTrue();
    for (String image :
        new String[] {"k8s.gcr.io.evil.test/x", "evil.test/k8s.gcr.io/x", "k8s-gcr.io/x"}) {
      assertThat(pattern.matches(ImageNames.image(image).matchName())).isFalse();
    }
  }

  @Test
  @DisplayName("REF-06 the pattern of a registry matches no look-alike of it")
  void aRegistryPatternMatchesNoLookAlike() {
    ImagePattern pattern = ImagePattern.of("docker.io/*:*");
    assertThat(pattern.matches(ImageNames.image("xn--dcker-jua.io/nginx").matchName())).isFalse();
    assertThat(pattern.matches("d\u043ecker.io/library/nginx:1")).isFalse();
  }

  @Test
  void equalPatternsAreThoseOfEqualText() {
    assertThat(ImagePattern.of("a/b")).isEqualTo(ImagePattern.of("a/b:*")).hasToString("a/b:*");
    assertThat(ImagePattern.of("a/b")).hasSameHashCodeAs(ImagePattern.of("a/b:*"));
    assertThat(ImagePattern.of("a/b")).isNotEqualTo(ImagePattern.of("a/b:**"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "***", "a//b", "x:y:z", "\u0000", "\ud800", "\u202e/\u043e", "[", "(?:"})
  void anyStringIsAPattern(String written) {
    ImagePattern pattern = ImagePattern.of(written);
    assertThat(pattern.matches(pattern.text().replace("*", ""))).isTrue();
    assertThat(pattern.components()).isNotEmpty();
  }

  @Test
  void componentsKeepEmptyPartsAndTheTag() {
    assertThat(ImagePattern.of("a//b").components()).containsExactly("a", "", "b:*");
    assertThat(ImagePattern.of("/").components()).containsExactly("", ":*");
    assertThat(ImagePattern.of("").components()).containsExactly(":*");
  }

  @RepeatedTest(3)
  void theMatcherAgreesWithANaiveOneOnShortStrings(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int matched = 0;
    for (int i = 0; i < 100_000; i++) {
      String pattern = letters(random, "ab*/:", 10);
      String name = letters(random, "ab/:", 12);
      boolean expected = naive(ImagePattern.of(pattern).text(), name);
      assertThat(ImagePattern.of(pattern).matches(name))
          .as("%s %s", pattern, name)
          .isEqualTo(expected);
      matched += expected ? 1 : 0;
    }
    assertThat(matched).isGreaterThan(1000);
  }

  @RepeatedTest(3)
  void theMatcherAgreesWithANaiveOneOnNames(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int matched = 0;
    for (int i = 0; i < 20_000; i++) {
      String name = ImageNames.image(ImageNames.randomValid(random)).matchName();
      ImagePattern pattern =
          ImagePattern.of(
              random.nextBoolean()
                  ? ImageNames.randomPattern(random)
                  : ImageNames.randomPattern(name, random));
      boolean expected = naive(pattern.text(), name);
      assertThat(pattern.matches(name)).as("%s %s", pattern, name).isEqualTo(expected);
      matched += expected ? 1 : 0;
    }
    assertThat(matched).isBetween(5_000, 15_000);
  }

  @Test
  void anchoringHoldsForEveryPatternWithoutAStarAtThatEnd() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String name = ImageNames.image(ImageNames.randomValid(random)).matchName();
      ImagePattern pattern =
          ImagePattern.of(
              random.nextBoolean()
                  ? ImageNames.randomPattern(random)
                  : ImageNames.randomPattern(name, random));
      if (!pattern.matches(name)) {
        continue;
      }
      // '#' stands in no pattern, so that only a star can match it
      assertThat(pattern.matches("#" + name)).isEqualTo(pattern.text().startsWith("*"));
      assertThat(pattern.matches(name + "#")).isEqualTo(pattern.text().endsWith("*"));
    }
  }

  @Test
  @DisplayName("Hostile patterns cost at most three comparisons for each character of the name")
  void hostilePatternsAreLinear() {
    String name = "a".repeat(100_000) + "b";
    for (String pattern :
        new String[] {
          "a*".repeat(5_000) + "c:*",
          "*" + "a".repeat(50_000) + "c*",
          "*aaaaab".repeat(1_000),
          "*".repeat(100_000) + "c",
          "*" + "ab".repeat(10_000) + "*",
          "a*a*a*a*a*a*a*a*b:",
          "*" + ("a".repeat(300) + "b*").repeat(200)
        }) {
      Glob.Steps steps = new Glob.Steps();
      boolean matches = Glob.of(pattern).matches(name, steps);
      assertThat(steps.count).isLessThanOrEqualTo(3L * name.length());
      assertThat(matches).isFalse();
    }
  }

  private static String letters(Random random, String alphabet, int limit) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(limit); length > 0; length--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  /** By dynamic programming, a row for each character of the pattern. */
  private static boolean naive(String pattern, String name) {
    boolean[] row = new boolean[name.length() + 1];
    row[0] = true;
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      boolean[] next = new boolean[row.length];
      for (int i = 0; i < row.length; i++) {
        next[i] =
            c == '*'
                ? row[i] || (i > 0 && next[i - 1])
                : i > 0 && row[i - 1] && name.charAt(i - 1) == c;
      }
      row = next;
    }
    return row[name.length()];
  }
}
