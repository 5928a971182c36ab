package dev.assayer.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.policy.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternFindingsTest {

  @ParameterizedTest
  @CsvSource({
    "docker.io/nginx:*, docker.io/library/nginx:*",
    "docker.io/nginx, docker.io/library/nginx:*",
    "index.docker.io/*, docker.io/*:*",
    "index.docker.io/nginx, docker.io/library/nginx:*",
    "Docker.io/x:*, docker.io/library/x:*",
    "docker.io/library/Nginx:*, docker.io/library/nginx:*",
    "reg.example.com/Team/*:Latest, reg.example.com/team/*:Latest",
    "host.example:443/x, host.example/x:*",
    "https://reg.example.com/x, reg.example.com/x:*",
    "' reg.example.com/x', reg.example.com/x:*",
    "reg.example.com/x@sha256:*, reg.example.com/x:*",
    "reg.example.com//x, reg.example.com/x:*",
    "/reg.example.com/x, reg.example.com/x:*",
    "reg.example.com/, reg.example.com/*:*",
    "nginx:-1, ",
    "reg.example.com/x:a:b, ",
    "'', ",
    "d\u043ecker.io/*, ",
    "reg.example.com:0/x, ",
    "reg.example.com:65536/x, ",
    "reg.example.com./x, ",
    "reg.example.com/x_/*y/_, "
  })
  void aPatternThatMatchesNoImageIsNamedWithItsFix(String pattern, String fix) {
    List<Finding> findings = PatternFindings.of(List.of("*:*", pattern));
    assertThat(findings)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.kind()).isEqualTo(Kind.MATCHES_NOTHING);
          assertThat(finding.index()).isEqualTo(1);
          assertThat(finding.message()).startsWith("policy[1] \"").contains("matches no image");
          assertThat(finding.fix())
              .isEqualTo(
                  fix == null
                      ? "Write it as images are named in full, host[:port]/path:tag, for example"
                          + " \"docker.io/library/nginx:1.27\", with * for any run of characters."
                      : "Write \"" + fix + "\".");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nginx", "nginx:*", "nginx:1.27", "library/nginx", "bitnami/*", "a-b/c:1"})
  void aDockerHubNameWithoutItsHostIsNamedWithItsFix(String pattern) {
    assertThat(PatternFindings.of(List.of(pattern)))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.kind()).isIn(Kind.TAKEN_FOR_HOST, Kind.MATCHES_NOTHING);
          assertThat(finding.fix())
              .startsWith("Write \"docker.io/" + (pattern.contains("/") ? "" : "library/"));
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "*:*",
        "***",
        "*/*",
        "docker.io/*",
        "docker.io/library/nginx",
        "docker.io/*/nginx",
        "docker.io/l*:1",
        "registry:5000/*",
        "localhost/x",
        "localhost:5000/x",
        "*/nginx:*",
        "*.example.com/x",
        "[::1]:5000/x",
        "[::1]/x",
        "k8s.gcr.io/*:*",
        "reg.example.com/x:",
        "d*:*",
        "*ginx",
        "reg.example.com*",
        "host.example:*/x",
        "host.example:4430/*",
        "host.example:44/x",
        "host.example:65535/x",
        "docker.io:5000/nginx",
        "*docker.io/*",
        "reg.example.com/a__b/c-d---e.f:V_1"
      })
  void anOrdinaryPatternIsNotAccused(String pattern) {
    assertThat(PatternFindings.of(List.of(pattern))).isEmpty();
  }

  @Test
  @DisplayName("REF-08 the limits of length are part of the grammar")
  void limitsOfLengthAreExact() {
    assertThat(kinds("a.b/" + "x".repeat(251))).isEmpty();
    assertThat(kinds("a.b/" + "x".repeat(252))).containsExactly(Kind.MATCHES_NOTHING);
    assertThat(kinds("a.b/*" + "x".repeat(250) + "*y")).isEmpty();
    assertThat(kinds("a.b/*" + "x".repeat(251) + "*y")).containsExactly(Kind.MATCHES_NOTHING);
    assertThat(kinds("a.b/x:" + "t".repeat(128))).isEmpty();
    assertThat(kinds("a.b/x:" + "t".repeat(129))).containsExactly(Kind.MATCHES_NOTHING);
  }

  @Test
  @DisplayName("REF-09 the same pattern twice is a duplicate of the earlier one")
  void theSamePatternTwiceIsADuplicate() {
    List<Finding> findings = PatternFindings.of(List.of("a.b/x", "*:*", "a.b/x:*", "*"));
    assertThat(findings)
        .containsExactly(
            new Finding(
                2,
                Kind.DUPLICATE,
                "policy[2] \"a.b/x:*\" stands twice: policy[0] \"a.b/x\" is the same and comes"
                    + " first.",
                "Remove policy[2] \"a.b/x:*\" or change its pattern."),
            new Finding(
                3,
                Kind.DUPLICATE,
                "policy[3] \"*\" stands twice: policy[1] \"*:*\" is the same and comes first.",
                "Remove policy[3] \"*\" or change its pattern."));
  }

  @ParameterizedTest
  @CsvSource({
    "*/*/*:*, docker.io/*:*",
    "*/*:*, *:*",
    "a.b/**:*, a.b/*:*",
    "a.b/*/*x*, a.b/*/*x",
    "a.b/*:**, a.b/*:*",
    "a.b/*x*:*, a.b/*xx:*",
    "*/*:*, *.b:*"
  })
  void aRuleThatAnotherAlwaysBeatsIsNamed(String winner, String loser) {
    List<Finding> findings = PatternFindings.of(List.of(loser, winner));
    List<Kind> expected = winner.equals("a.b/*x*:*") ? List.of() : List.of(Kind.ALWAYS_BEATEN);
    assertThat(findings).extracting(Finding::kind).isEqualTo(expected);
    assertThat(findings).allMatch(finding -> finding.index() == 0);
  }

  @Test
  void whatIsBeatenSometimesIsNotAccused() {
    assertThat(kinds("*:*", "docker.io/*", "docker.io/library/*", "docker.io/library/nginx"))
        .isEmpty();
    assertThat(kinds("a.b/*x", "a.b/*y")).isEmpty();
    assertThat(kinds("*/b/*", "a.b/*")).isEmpty();
    assertThat(kinds("docker.io/*/*/*", "docker.io/*")).isEmpty();
  }

  @Test
  void aRuleForSomeRequestsOnlyBeatsNoRuleForAll() {
    record Rule(String pattern, String namespace) {}
    List<Rule> rules =
        List.of(
            new Rule("a.b/x", "shop"),
            new Rule("a.b/x", "*"),
            new Rule("a.b/x", "shop"),
            new Rule("a.b/x", "*"));
    List<Finding> findings =
        PatternFindings.of(
            rules,
            Rule::pattern,
            (winner, loser) ->
                winner.namespace().equals("*") || winner.namespace().equals(loser.namespace()));
    assertThat(findings).extracting(Finding::index).containsExactly(2, 3);
    assertThat(findings.get(1).message()).contains("policy[1]");
  }

  @Test
  @DisplayName("Hostile patterns cannot stall the loading of a configuration")
  void hostilePatternsEndInTime() {
    List<String> hostile = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      hostile.add("*" + "a*b*".repeat(random.nextInt(20, 90)) + ":*");
      hostile.add("*".repeat(50_000) + i);
      hostile.add("\u0000".repeat(50_000) + i);
      hostile.add("a.b/" + "*/".repeat(60 + i) + "*");
    }
    List<Finding> findings =
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> PatternFindings.of(hostile));
    assertThat(findings).isNotEmpty();
  }

  @Test
  @DisplayName("A thousand ordinary patterns are examined within seconds")
  void manyPatternsEndInTime() {
    List<String> patterns = new ArrayList<>(List.of("*:*", "docker.io/*"));
    for (int i = 0; i < 1000; i++) {
      patterns.add("reg" + i % 50 + ".example.com/team" + i + "/*:*");
    }
    assertThat(Assertions.assertTimeout(Duration.ofSeconds(10), () -> PatternFindings.of(patterns)))
        .isEmpty();
  }

  private static List<Kind> kinds(String... patterns) {
    return PatternFindings.of(List.of(patterns), Function.identity(), (a, b) -> true).stream()
        .map(Finding::kind)
        .toList();
  }
}
