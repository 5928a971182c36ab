package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every right that the chart grants, to the letter: a new one is a line here, and a reason there.
 */
class ChartRbacTest {
  private static final Path EXPECTED = Path.of("src/test/resources/chart/rbac.txt");
  private static final Path TEMPLATE = Chart.HOME.resolve("templates/rbac.yaml");

  @Test
  void theRightsAreExactlyThese() throws IOException {
    Chart chart = Chart.with(Chart.HOME.resolve("ci/notary-values.yaml"));
    assertThat(rights(chart)).containsExactlyElementsOf(Files.readAllLines(EXPECTED));
  }

  private static List<String> rights(Chart chart) {
    return Stream.of("ClusterRole", "Role")
        .flatMap(chart::all)
        .flatMap(role ->
            Chart.each(role.path("rules"))
                .map(rule ->
                    "%s %s%s: %s %s%s: %s"
                        .formatted(
                            role.path("kind").asText(),
                            namespace(role),
                            Chart.name(role),
                            Chart.texts(rule.path("apiGroups")),
                            Chart.texts(rule.path("resources")),
                            rule.has("resourceNames")
                                ? " named " + Chart.texts(rule.path("resourceNames"))
                                : "",
                            String.join(",", Chart.texts(rule.path("verbs"))))))
        .toList();
  }

  private static String namespace(JsonNode role) {
    String namespace = role.at("/metadata/namespace").asText();
    return namespace.isEmpty() ? "" : namespace + "/";
  }

  @Test
  void nobodyMayReadAllSecretsOrMakeConfigMapsOrPods() throws IOException {
    for (Path values : Chart.valueSets()) {
      Chart chart = Chart.with(values);
      Stream.of("ClusterRole", "Role")
          .flatMap(chart::all)
          .flatMap(role -> Chart.each(role.path("rules")))
          .forEach(rule -> {
            List<String> resources = Chart.texts(rule.path("resources"));
            List<String> verbs = Chart.texts(rule.path("verbs"));
            assertThat(resources).doesNotContain("*");
            assertThat(verbs).doesNotContain("*", "bind", "escalate", "impersonate");
            if (resources.contains("secrets")) {
              assertThat(rule.path("resourceNames")).as("Secrets by name").isNotEmpty();
              assertThat(verbs).containsExactly("get");
            }
            if (resources.contains("configmaps") || resources.contains("pods")) {
              assertThat(verbs).doesNotContain("create", "delete", "deletecollection");
            }
            if (resources.contains("configmaps")) {
              assertThat(verbs).as("patch is enough").doesNotContain("update");
            }
            if (resources.contains("configmaps") && verbs.contains("patch")) {
              assertThat(Chart.texts(rule.path("resourceNames")))
                  .isNotEmpty()
                  .allMatch(name -> name.matches(".*-((marks|facts)-\\d+|seen|checkpoints)"));
            }
          });
    }
  }

  @Test
  void everyBindingBindsOneRoleToOneAccountOfTheNamespace() {
    Chart chart = Chart.rendered();
    Stream.of("ClusterRoleBinding", "RoleBinding")
        .flatMap(chart::all)
        .forEach(binding -> {
          assertThat(binding.at("/roleRef/name").asText()).isEqualTo(Chart.name(binding));
          assertThat(binding.path("subjects")).hasSize(1);
          assertThat(binding.at("/subjects/0/kind").asText()).isEqualTo("ServiceAccount");
          assertThat(binding.at("/subjects/0/name").asText()).isEqualTo(Chart.name(binding));
          assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo(Chart.NAMESPACE);
        });
  }

  @Test
  void everyRuleSaysWhatItIsFor() throws IOException {
    List<String> lines = Files.readAllLines(TEMPLATE);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith("- apiGroups:")) {
        assertThat(lines.get(i - 1).strip())
            .as("line %d of rbac.yaml, or the one before", i)
            .satisfiesAnyOf(
                before -> assertThat(before).startsWith("# "),
                before -> assertThat(before).startsWith("verbs: "));
      }
    }
  }

  @Test
  void whatReplicasWriteIsMadeByTheChart() {
    Chart chart = Chart.rendered();
    List<String> written =
        Chart.each(chart.one("Role", Chart.NAME).path("rules"))
            .filter(rule -> Chart.texts(rule.path("resources")).contains("configmaps"))
            .filter(rule -> Chart.texts(rule.path("verbs")).contains("patch"))
            .flatMap(rule -> Chart.texts(rule.path("resourceNames")).stream())
            .toList();
    assertThat(written).as("that the webhook was seen, checkpoints, marks and facts").hasSize(34);
    assertThat(written)
        .allSatisfy(name ->
            assertThat(chart.one("ConfigMap", name).has("data"))
                .as("%s is made empty, so that an upgrade leaves its data alone", name)
                .isFalse());
  }
}
