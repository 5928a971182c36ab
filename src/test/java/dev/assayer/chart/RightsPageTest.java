package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/rights.md against what a real API server says that the accounts may do, rule by rule, beyond
 * what every account may.
 */
@NeedsControlPlane
class RightsPageTest {
  private static final ControlPlane PLANE = ControlPlane.shared();
  private static final Path PAGE = Path.of("docs/rights.md");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> APPLIED =
      List.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");

  /** All optional rights are granted by this one. */
  private static final Chart CHART = Chart.with(Chart.HOME.resolve("ci/notary-values.yaml"));

  private static final String ACCOUNT = Chart.NAME;
  private static final String HOOKS = Chart.NAME + "-hooks";

  /** Of somebody else, and that of the pull secrets. */
  private static final List<String> OTHERS = List.of("default", "kube-system", "shop");

  /** A line of the page, or of the API server's answer. */
  private record Rule(
      Set<String> groups, Set<String> resources, Set<String> names, Set<String> verbs) {}

  private record Row(String account, String where, Rule rule) {}

  @BeforeAll
  static void install() {
    Stream.of(Chart.NAMESPACE, "shop")
        .forEach(name ->
            PLANE.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n".formatted(name)));
    APPLIED.stream()
        .flatMap(CHART::all)
        .map(object -> "---\n" + object + "\n")
        .reduce(String::concat)
        .ifPresent(PLANE::apply);
  }

  /** Other tests install the same names. */
  @AfterAll
  static void remove() {
    PLANE.kubectl(
        "",
        "delete",
        "clusterrole,clusterrolebinding,role,rolebinding",
        "--all-namespaces",
        "-l",
        "app.kubernetes.io/instance=rel");
  }

  @ParameterizedTest
  @ValueSource(strings = {ACCOUNT, HOOKS})
  void everyRuleIsOnThePageAndEveryLineOfThePageIsARule(String account) throws IOException {
    List<Row> rows = page().filter(row -> row.account().equals(account)).toList();
    assertThat(rows).as("lines about " + account).hasSizeGreaterThan(5);
    for (String namespace : Stream.concat(Stream.of(Chart.NAMESPACE), OTHERS.stream()).toList()) {
      List<Rule> lines =
          rows.stream()
              .filter(row -> Set.of("everywhere", namespace).contains(row.where()))
              .map(Row::rule)
              .toList();
      JsonNode granted = granted(account, namespace);
      JsonNode everybody = granted("nobody", namespace);
      assertThat(beyond(everybody, granted))
          .as("what %s may do in %s", account, namespace)
          .containsExactlyInAnyOrderElementsOf(lines);
      assertThat(paths(granted)).isEqualTo(paths(everybody));
      assertThat(granted.path("incomplete").asBoolean()).isFalse();
    }
  }

  @Test
  void noPodHasAnotherAccountsToken() {
    assertThat(CHART.pods())
        .isNotEmpty()
        .allSatisfy(pod -> {
          if (pod.path("automountServiceAccountToken").asBoolean(true)) {
            assertThat(pod.path("serviceAccountName").asText()).isIn(ACCOUNT, HOOKS);
          }
        });
  }

  private static List<Rule> beyond(JsonNode everybody, JsonNode granted) {
    List<Rule> all = new ArrayList<>(rules(granted));
    rules(everybody).forEach(all::remove);
    return all;
  }

  private static List<Rule> rules(JsonNode status) {
    return Chart.each(status.path("resourceRules"))
        .map(rule ->
            new Rule(
                set(rule.path("apiGroups")),
                set(rule.path("resources")),
                set(rule.path("resourceNames")),
                set(rule.path("verbs"))))
        .toList();
  }

  /** In no order, and the server keeps none. */
  private static Set<JsonNode> paths(JsonNode status) {
    return Chart.each(status.path("nonResourceRules")).collect(Collectors.toSet());
  }

  private static Set<String> set(JsonNode list) {
    return new TreeSet<>(Chart.texts(list));
  }

  /** The status of a SelfSubjectRulesReview, which {@code kubectl auth can-i --list} shows. */
  private static JsonNode granted(String account, String namespace) {
    String review =
        """
        {apiVersion: authorization.k8s.io/v1, kind: SelfSubjectRulesReview,
         spec: {namespace: %s}}
        """
            .formatted(namespace);
    String user = "system:serviceaccount:" + Chart.NAMESPACE + ":" + account;
    try {
      // It validates by what it may read, and these accounts may read little.
      String[] create = {"create", "--validate=false", "-f", "-", "-o", "json", "--as", user};
      return JSON.readTree(PLANE.kubectl(review, create)).path("status");
    } catch (JsonProcessingException broken) {
      throw new AssertionError(broken);
    }
  }

  private static Stream<Row> page() throws IOException {
    List<Row> rows = new ArrayList<>();
    String account = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        account = named(line.substring(line.indexOf('`') + 1, line.lastIndexOf('`')));
      }
      String[] cells = line.split("\\|", -1);
      if (cells.length == 9 && !cells[1].isBlank() && !cells[1].matches(" where |-+")) {
        String group = cells[2].strip();
        Rule rule =
            new Rule(
                Set.of(group.equals("core") ? "" : group),
                texts(cells[3]),
                texts(cells[4]),
                texts(cells[5]));
        rows.add(new Row(account, named(cells[1].strip()), rule));
      }
    }
    return rows.stream();
  }

  /** {@code a, b-0…2} is a, b-0, b-1 and b-2. */
  private static Set<String> texts(String cell) {
    Set<String> all = new TreeSet<>();
    for (String text : cell.split(",", -1)) {
      String name = named(text.strip());
      int dots = name.indexOf("0…");
      if (dots > 0) {
        IntStream.rangeClosed(0, Integer.parseInt(name.substring(dots + 2)))
            .forEach(i -> all.add(name.substring(0, dots) + i));
      } else if (!name.isEmpty()) {
        all.add(name);
      }
    }
    return all;
  }

  private static String named(String text) {
    return text.equals("NAMESPACE") ? Chart.NAMESPACE : text.replace("NAME", Chart.NAME);
  }
}
