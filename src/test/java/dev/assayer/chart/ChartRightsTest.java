package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assayer.cluster.PackagedRights;
import dev.assayer.cluster.Right;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rights that a replica expects to have are those that the chart gives it. */
class ChartRightsTest {
  static List<Path> valueSets() throws IOException {
    return Chart.valueSets();
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void theChartGivesWhatAReplicaExpects(Path values) {
    Chart chart = Chart.with(values);
    JsonNode config = Chart.yaml(chart.configuration().path("data").path("assayer.yaml").asText());
    Set<String> secrets =
        Chart.each(config.path("validators"))
            .map(validator -> validator.at("/auth/secretName").asText())
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
    JsonNode again = config.path("reverification");
    PackagedRights expected =
        PackagedRights.of(
            Chart.NAME,
            new PackagedRights.Asked(
                secrets,
                again.path("enabled").asBoolean(),
                again.path("policyReports").asBoolean()));
    if (!chart.has("ClusterRole", Chart.NAME)) {
      assertThat(chart.has("Role", Chart.NAME)).as("rbac.create: false gives none").isFalse();
      return;
    }
    assertThat(rights(chart.one("ClusterRole", Chart.NAME)))
        .containsExactlyInAnyOrderElementsOf(expected.wide());
    assertThat(rights(chart.one("Role", Chart.NAME)))
        .containsExactlyInAnyOrderElementsOf(expected.home());
  }

  private static List<Right> rights(JsonNode role) {
    return Chart.each(role.path("rules"))
        .map(rule ->
            new Right(
                Set.copyOf(Chart.texts(rule.path("apiGroups"))),
                Set.copyOf(Chart.texts(rule.path("resources"))),
                Set.copyOf(Chart.texts(rule.path("resourceNames"))),
                Set.copyOf(Chart.texts(rule.path("verbs")))))
        .toList();
  }
}
