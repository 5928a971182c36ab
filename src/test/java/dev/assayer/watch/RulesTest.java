package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assayer.testing.NeedsPromtool;
import dev.assayer.testing.Promtool;
import dev.assayer.watch.Rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recording and alerting rules: what they say, and what Prometheus' own judge says of them. */
class RulesTest {
  private static final String WRITE = "assayer.docs.write";
  private static final Path RUNBOOKS = Path.of("docs/runbooks");
  private static final Pattern QUERIES = Pattern.compile("```promql\n(.*?)```", Pattern.DOTALL);
  private static final Set<String> SEVERITIES = Set.of("page", "ticket", "info");
  private static final Set<String> DASHBOARDS =
      Set.of("assayer-overview", "assayer-images", "assayer-trust", "assayer-threats");

  static List<Rule> alerts() {
    return Rules.rendered().alerts();
  }

  static List<Rule> all() {
    return Rules.rendered().all();
  }

  @Test
  void theRulesAreTheSourceWithTheDefaultsOfTheChart() throws IOException {
    String expected = Rules.withDefaults();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(Rules.RENDERED, expected);
    }
    assertThat(expected).doesNotContain("@@");
    assertThat(Rules.RENDERED)
        .as("write it anew: mvn -Dtest=RulesTest -D%s=true test", WRITE)
        .hasContent(expected);
  }

  @Test
  void namesStandOnce() {
    assertThat(all()).extracting(Rule::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("all")
  void anExpressionReadsOnlyWhatCanBeScraped(Rule rule) {
    assertThat(
            Expressions.problems(rule.expression(), Declared.page(), Rules.rendered().recorded()))
        .as("%s", rule.name())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertSaysWhatItMeansAndWhereToRead(Rule alert) {
    assertThat(SEVERITIES).contains(alert.label("severity"));
    assertThat(DASHBOARDS).contains(alert.annotation("dashboard"));
    assertThat(alert.annotation("summary")).hasSizeBetween(10, 90).doesNotEndWith(".");
    assertThat(alert.annotation("description")).hasSizeGreaterThan(30).endsWith(".");
    assertThat(alert.annotation("runbook_url")).isEqualTo("docs/runbooks/" + alert.name() + ".md");
    assertThat(alert.threats()).allMatch(threat -> threat.matches("[A-Z]{3}-[STRIDE]-\\d"));
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertHasARunbookWithAllThatIsNeededAtNight(Rule alert) {
    Path page = RUNBOOKS.resolve(alert.name() + ".md");
    assertThat(page).exists();
    String text = Rules.read(page);
    assertThat(text)
        .startsWith("# " + alert.name() + "\n")
        .contains("\n## Meaning\n", "\n## Impact\n", "\n## Diagnosis\n", "\n## Remedy\n")
        .contains("```");
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void theQueriesOfARunbookReadOnlyWhatCanBeScraped(Rule alert) {
    String text = Rules.read(RUNBOOKS.resolve(alert.name() + ".md"));
    for (MatchResult block : QUERIES.matcher(text).results().toList()) {
      assertThat(Expressions.problems(block.group(1), Declared.page(), Rules.rendered().recorded()))
          .as("%s: %s", alert.name(), block.group(1))
          .isEmpty();
    }
  }

  @Test
  void noRunbookIsLeftOfAnAlertThatIsNoMore() throws IOException {
    try (Stream<Path> files = Files.list(RUNBOOKS)) {
      Set<String> pages =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("Assayer"))
              .map(name -> name.replace(".md", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(pages)
          .containsExactlyInAnyOrderElementsOf(alerts().stream().map(Rule::name).toList());
    }
  }

  /** A test that never saw the alert silent, firing and silent again says little. */
  @Test
  void everyAlertIsSeenSilentFiringAndSilentAgain() {
    Set<String> silent = new HashSet<>();
    Set<String> firing = new HashSet<>();
    Set<String> over = new HashSet<>();
    for (String file : List.of("assayer.test.yaml", "assayer.slow.test.yaml")) {
      for (JsonNode test : Rules.yaml(Path.of("alerts", file)).path("tests")) {
        boolean fired = false;
        for (JsonNode check : test.path("promql_expr_test")) {
          String name = check.path("expr").asText().replaceAll(".*alertname=\"(\\w+)\".*", "$1");
          if (check.path("exp_samples").isEmpty()) {
            (fired ? over : silent).add(name);
          } else {
            firing.add(name);
            fired = true;
          }
        }
      }
    }
    Set<String> names = alerts().stream().map(Rule::name).collect(Collectors.toSet());
    assertThat(silent).containsAll(names);
    assertThat(firing).isEqualTo(names);
    // A request that was lost stays lost until the replica starts anew.
    names.remove("AssayerDecisionsUnaccounted");
    assertThat(over).containsAll(names);
  }

  @Test
  @NeedsPromtool
  void prometheusTakesTheRules() {
    assertThat(Promtool.run("check", "rules", Rules.RENDERED.toString())).contains("SUCCESS");
  }

  /** A file for each alert, with the rules it reads: all rules at each step cost a minute. */
  @Test
  @NeedsPromtool
  void onMadeUpSeriesEachAlertFiresAndClears(@TempDir Path dir) {
    List<String> command = new ArrayList<>(List.of("test", "rules"));
    for (String file : List.of("assayer.test.yaml", "assayer.slow.test.yaml")) {
      Rules.perAlert(Path.of("alerts", file), dir).forEach(each -> command.add(each.toString()));
    }
    assertThat(command).hasSizeGreaterThan(alerts().size());
    assertThat(Promtool.run(command.toArray(String[]::new))).contains("SUCCESS");
  }
}
