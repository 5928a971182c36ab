package dev.assayer.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.image.ReferenceResult.Invalid;
import dev.assayer.image.ReferenceResult.Problem;
import dev.assayer.image.ReferenceResult.Valid;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class ReferencePropertyTest {
  private static final int RUNS = 20_000;

  /** The grammar as published, for comparison; the product itself uses no regular expression. */
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "(?<host>(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+])"
              + "(?::[0-9]+)?)/"
              + "(?<path>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
              + "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
              + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
              + "(?:@(?<digest>[A-Za-z0-9]+(?:[-_+.][A-Za-z0-9]+)*:.*))?",
          Pattern.DOTALL);

  @RepeatedTest(3)
  @DisplayName("The parser agrees with the published grammar on strings near it")
  void theParserAgreesWithThePublishedGrammar(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int valid = 0;
    for (int i = 0; i < RUNS; i++) {
      String text = ImageNames.randomNear(random);
      Optional<String> expected = expected(text);
      String actual =
          switch (ImageReference.parse(text)) {
            case Valid(ImageReference image) ->
                image.matchName() + image.digest().map(pin -> "@" + pin).orElse("");
            case Invalid invalid -> invalid.problem().name();
          };
      assertThat(actual).as(text).isEqualTo(expected.orElse(Problem.INVALID.name()));
      valid += expected.isPresent() ? 1 : 0;
    }
    assertThat(valid).isBetween(RUNS / 4, RUNS * 9 / 10);
  }

  /** Match name and digest by another road: split first, then one regular expression. */
  private static Optional<String> expected(String text) {
    int slash = text.indexOf('/');
    String first = slash < 0 ? "" : text.substring(0, slash);
    boolean hosted =
        first.equals("localhost")
            || first.contains(".")
            || first.contains(":")
            || !first.toLowerCase(Locale.ROOT).equals(first);
    Matcher match = GRAMMAR.matcher(hosted ? text : "docker.io/" + text);
    if (!match.matches() || text.matches("[0-9a-f]{64}")) {
      return Optional.empty();
    }
    String host = match.group("host").toLowerCase(Locale.ROOT);
    Matcher port = Pattern.compile("(.*):([0-9]+)").matcher(host);
    if (port.matches()) {
      String digits = port.group(2);
      if (digits.startsWith("0") || digits.length() > 5 || Integer.parseInt(digits) > 65_535) {
        return Optional.empty();
      }
      host = digits.equals("443") ? port.group(1) : host;
    }
    host = host.equals("index.docker.io") ? "docker.io" : host;
    String path = match.group("path");
    path = host.equals("docker.io") && !path.contains("/") ? "library/" + path : path;
    Optional<String> digest = Optional.ofNullable(match.group("digest"));
    if (digest.isPresent() && !digest.get().startsWith("sha256:")) {
      return Optional.of(Problem.HASH_UNSUPPORTED.name());
    }
    if (digest.isPresent() && !digest.get().matches("sha256:[0-9a-f]{64}")) {
      return Optional.empty();
    }
    Optional<String> tag = Optional.ofNullable(match.group("tag"));
    return Optional.of(
        host
            + "/"
            + path
            + ":"
            + tag.orElse(digest.isPresent() ? "" : "latest")
            + digest.map(pin -> "@" + pin).orElse(""));
  }

  @RepeatedTest(3)
  @DisplayName("The text of a reference parses to the same normal form")
  void theTextParsesToTheSameNormalForm(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < RUNS; i++) {
      ImageReference image = ImageNames.image(ImageNames.randomValid(random));
      ImageReference again = ImageNames.image(image.text());
      assertThat(again)
          .isEqualTo(
              new ImageReference(
                  image.text(), image.host(), image.path(), image.tag(), image.digest()));
      assertThat(again.text()).isEqualTo(image.text());
    }
  }

  @RepeatedTest(3)
  @DisplayName("Random text of any characters never throws and is explained in plain ASCII")
  void randomTextNeverThrows(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < RUNS; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(200); length > 0; length--) {
        text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(65_536)));
      }
      if (ImageReference.parse(text.toString()) instanceof Invalid invalid) {
        assertThat(invalid.detail().replace("…", "")).matches("[\\x20-\\x7e]+");
      }
    }
  }
}
