package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsPromtool;
import dev.assayer.testing.Promtool;
import dev.assayer.watch.Dashboards.Dashboard;
import dev.assayer.watch.Dashboards.Panel;
import dev.assayer.watch.Dashboards.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboards: made from one source, and held to what a linter of dashboards asks. */
class DashboardsTest {
  private static final String WRITE = "assayer.docs.write";
  private static final Set<String> TYPES =
      Set.of("stat", "gauge", "timeseries", "bars", "state", "table", "text");
  private static final Dashboards SOURCE = Dashboards.read();

  static List<Dashboard> dashboards() {
    return SOURCE.all();
  }

  static List<Panel> panels() {
    return SOURCE.all().stream().flatMap(one -> one.panels().stream()).toList();
  }

  /** Once for people, and once where Helm can read it. */
  @ParameterizedTest
  @ValueSource(strings = {"dashboards", "charts/assayer/files/dashboards"})
  void theFilesAreMadeOfTheSource(String folder) throws IOException {
    Set<String> expected = new TreeSet<>();
    for (Dashboard dashboard : SOURCE.all()) {
      Path file = Path.of(folder, dashboard.uid() + ".json");
      expected.add(dashboard.uid() + ".json");
      String json = GrafanaJson.of(dashboard);
      if (Boolean.getBoolean(WRITE)) {
        Files.createDirectories(Path.of(folder));
        Files.writeString(file, json);
      }
      assertThat(file)
          .as("write it anew: mvn -Dtest=DashboardsTest -D%s=true test", WRITE)
          .hasContent(json);
    }
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".json")))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  static List<Path> files() {
    return SOURCE.all().stream().map(one -> Path.of("dashboards", one.uid() + ".json")).toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void theRulesOfTheLinterAreHeld(Path file) {
    assertThat(LinterRules.problems(GrafanaFile.read(file))).isEmpty();
  }

  @Test
  void theExceptionsOfTheLinterAreThoseThatAreNeeded() throws IOException {
    Path file = Path.of("dashboards/.lint");
    String exceptions = LinterRules.exceptions(files());
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, exceptions);
    }
    assertThat(file).hasContent(exceptions);
  }

  /** The documentation shows each, and none is heavy. */
  @ParameterizedTest
  @MethodSource("files")
  void thereIsAPictureOfEach(Path dashboard) throws IOException {
    Path picture = DashboardPictures.picture(dashboard);
    assertThat(Files.size(picture)).isBetween(20_000L, 250_000L);
    assertThat(Path.of("docs/dashboards.md"))
        .content()
        .contains("](images/" + picture.getFileName() + ")", dashboard.getFileName().toString());
  }

  /** A link of a series leads to a dashboard that is there, and a picked variable to its own. */
  @ParameterizedTest
  @MethodSource("files")
  void linksLeadToDashboardsAndRunbooks(Path file) {
    Set<String> uids = SOURCE.all().stream().map(Dashboard::uid).collect(Collectors.toSet());
    List<String> links =
        GrafanaFile.read(file).json().findValuesAsText("url").stream()
            .filter(url -> !url.isEmpty())
            .toList();
    assertThat(links)
        .allMatch(url ->
            url.startsWith("${runbooks}")
                || uids.contains(url.replaceAll("^/d/([a-z-]+)\\?.*$", "$1")));
  }

  @Test
  void idsAndTitlesStandOnce() {
    assertThat(panels()).extracting(Panel::id).doesNotHaveDuplicates();
    assertThat(dashboards()).extracting(Dashboard::uid).doesNotHaveDuplicates();
    for (Dashboard dashboard : dashboards()) {
      assertThat(dashboard.panels()).extracting(Panel::title).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @MethodSource("panels")
  void aPanelSaysWhatItShows(Panel panel) {
    assertThat(panel.title()).hasSizeBetween(3, 60);
    assertThat(panel.description()).hasSizeGreaterThan(10).endsWith(".");
    assertThat(TYPES).contains(panel.type());
    assertThat(panel.unit()).isNotEmpty();
    assertThat(panel.width()).isBetween(3, 24);
    assertThat(panel.queries().isEmpty()).isEqualTo(panel.isText());
    assertThat(panel.text().isEmpty()).isNotEqualTo(panel.isText());
    assertThat(panel.states().isEmpty()).isNotEqualTo(panel.type().equals("state"));
    assertThat(panel.queries()).allMatch(query -> !query.legend().isEmpty());
    assertThat(panel.threats()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("panels")
  void aQueryReadsOnlyWhatCanBeScraped(Panel panel) {
    for (Query query : panel.queries()) {
      assertThat(
              Expressions.problems(
                  query.expression(), Declared.page(), Rules.rendered().recorded()))
          .as("%s", query.expression())
          .isEmpty();
    }
  }

  /** A counter by itself only tells how long the process has been running. */
  @ParameterizedTest
  @MethodSource("panels")
  void aCounterIsReadByItsRate(Panel panel) {
    for (Query query : panel.queries()) {
      for (String series : Expressions.series(query.expression())) {
        Declared.page()
            .metric(series)
            .filter(metric -> metric.type().equals("counter") || series.endsWith("_bucket"))
            .ifPresent(_ ->
                assertThat(query.expression())
                    .containsPattern("(rate|increase)\\(" + series + "\\b"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("panels")
  void whatIsOursIsSelectedByTheVariables(Panel panel) {
    for (Query query : panel.queries()) {
      String scoped = Expressions.scoped(query.expression());
      long own = Expressions.series(query.expression()).stream().filter(Expressions::isOwn).count();
      assertThat(scoped.split("instance=~\"\\$instance\"", -1).length - 1)
          .as("%s", scoped)
          .isGreaterThanOrEqualTo((int) own);
    }
  }

  @Test
  void everyThreatHasAPanelAndEveryPanelServesAThreat() {
    Set<String> shown =
        panels().stream().flatMap(panel -> panel.threats().stream()).collect(Collectors.toSet());
    Set<String> known =
        ThreatModel.read().threats().stream()
            .map(ThreatModel.Threat::id)
            .collect(Collectors.toSet());
    Set<String> mitigated =
        ThreatModel.read().threats().stream()
            .filter(ThreatModel.Threat::isMitigated)
            .map(ThreatModel.Threat::id)
            .collect(Collectors.toSet());
    assertThat(known).containsAll(shown);
    assertThat(shown).containsAll(mitigated);
  }

  /** Every query, with the variables as Grafana fills them, is one that Prometheus can read. */
  @Test
  @NeedsPromtool
  void prometheusReadsEveryQuery(@TempDir Path folder) throws IOException {
    StringBuilder rules = new StringBuilder("groups:\n- name: panels\n  rules:\n");
    int number = 0;
    for (Panel panel : panels()) {
      for (Query query : panel.queries()) {
        String filled =
            Expressions.scoped(query.expression())
                .replace("$__rate_interval", "5m")
                .replace("$__range", "6h")
                .replaceAll("\\$(cluster|job|instance|repo)", ".*");
        rules.append(
            "  - record: panel:%d:query%n    expr: |-%n      %s%n".formatted(number++, filled));
      }
    }
    Path file = folder.resolve("panels.yaml");
    Files.writeString(file, rules);
    assertThat(Promtool.run("check", "rules", "--lint=none", file.toString())).contains("SUCCESS");
  }
}
