package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {
  @Test
  void aDockerChallengeIsRead() {
    assertThat(
            parse(
                "Bearer realm=\"https://auth.docker.io/token\",service=\"notary.docker.io\","
                    + "scope=\"repository:a/b:pull,push\""))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "realm", "https://auth.docker.io/token",
                    "service", "notary.docker.io",
                    "scope", "repository:a/b:pull,push")));
  }

  @Test
  void severalChallengesInOneLineAndInMoreLinesAreAllRead() {
    assertThat(
            parse(
                "Negotiate, BASIC realm=\"a\\\"b, Bearer x=\", bearer Realm = r , service=s",
                "Digest realm=\"d\""))
        .containsExactly(
            new Challenge("negotiate", Map.of()),
            new Challenge("basic", Map.of("realm", "a\"b, Bearer x=")),
            new Challenge("bearer", Map.of("realm", "r", "service", "s")),
            new Challenge("digest", Map.of("realm", "d")));
  }

  @Test
  void theFirstOfARepeatedParameterCounts() {
    assertThat(parse("Bearer realm=\"one\",realm=\"two\""))
        .containsExactly(new Challenge("bearer", Map.of("realm", "one")));
  }

  @Test
  void brokenTextEndsTheReading() {
    assertThat(parse("")).isEmpty();
    assertThat(parse(" ,,, ")).isEmpty();
    assertThat(parse("\"Bearer\" realm=x")).isEmpty();
    assertThat(parse("Bearer realm=\"open")).containsExactly(new Challenge("bearer", Map.of()));
    assertThat(parse("Bearer realm=")).containsExactly(new Challenge("bearer", Map.of()));
    assertThat(parse("Bearer =x, Basic realm=y"))
        .containsExactly(new Challenge("bearer", Map.of()));
    assertThat(parse("Bearer realm=\"a\\")).containsExactly(new Challenge("bearer", Map.of()));
  }

  @Test
  void hostileHeadersTakeLinearTimeAndLongOnesAreNotRead() {
    assertThat(parse("Bearer realm=\"" + "a".repeat(9000) + "\"")).isEmpty();
    long begun = System.nanoTime();
    for (String part : List.of(",", "a ", "a=", "a=b,", "\\", "\"", "a=\"\\", " \t,")) {
      String hostile = part.repeat(8192 / part.length());
      assertThat(parse(hostile)).hasSizeLessThan(8193);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
  }

  private static List<Challenge> parse(String... headers) {
    return Challenge.parse(List.of(headers));
  }
}
