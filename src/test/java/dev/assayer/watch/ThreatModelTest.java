package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assayer.watch.Rules.Rule;
import dev.assayer.watch.ThreatModel.Component;
import dev.assayer.watch.ThreatModel.Threat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The map from threats to metrics, alerts and tests holds in both directions. */
class ThreatModelTest {
  private static final String WRITE = "assayer.docs.write";
  private static final Path PAGE = Path.of("threat-model/README.md");
  private static final Path OTM = Path.of("threat-model/assayer.otm.json");
  private static final Path ROWS = Path.of("src/test/resources/hostile/rows.txt");
  private static final ThreatModel MODEL = ThreatModel.read();
  private static final Map<String, Rule> ALERTS =
      Rules.rendered().alerts().stream().collect(Collectors.toMap(Rule::name, Function.identity()));

  static List<Threat> threats() {
    return MODEL.threats();
  }

  static List<Rule> alerts() {
    return List.copyOf(ALERTS.values());
  }

  @Test
  void idsStandOnceAndNamesAreKnown() {
    Set<String> components =
        MODEL.components().stream().map(Component::id).collect(Collectors.toSet());
    assertThat(MODEL.threats()).extracting(Threat::id).doesNotHaveDuplicates();
    assertThat(MODEL.flows())
        .allMatch(flow -> components.contains(flow.from()) && components.contains(flow.to()));
    assertThat(MODEL.components())
        .allMatch(one -> MODEL.zones().stream().anyMatch(zone -> zone.id().equals(one.zone())));
  }

  @ParameterizedTest
  @MethodSource("threats")
  void aThreatIsComplete(Threat threat) {
    assertThat(threat.id()).matches("[A-Z]{3}-[STRIDE]-\\d");
    assertThat(ThreatModel.CATEGORIES).contains(threat.category());
    assertThat(threat.id().charAt(4)).isEqualTo(threat.category().charAt(0));
    assertThat(threat.origin()).isIn("seed", "extension");
    assertThat(MODEL.component(threat.component()).name()).isNotEmpty();
    assertThat(threat.status()).isIn("mitigated", "planned");
    assertThat(threat.threat()).endsWith(".");
    assertThat(threat.countermeasure()).endsWith(".");
    if (threat.isMitigated()) {
      assertThat(threat.metrics()).as("metrics").isNotEmpty();
      assertThat(threat.alerts()).as("alerts").isNotEmpty();
      assertThat(threat.tests()).as("tests").isNotEmpty();
    } else {
      assertThat(threat.planned()).as("what is planned").isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("threats")
  void whatAThreatNamesExists(Threat threat) throws IOException {
    assertThat(Declared.page().own()).containsAll(own(threat.metrics()));
    assertThat(ALERTS.keySet()).containsAll(threat.alerts());
    assertThat(Files.readAllLines(ROWS)).containsAll(threat.tests());
  }

  private static List<String> own(List<String> metrics) {
    return metrics.stream().filter(name -> name.startsWith("assayer_")).toList();
  }

  @ParameterizedTest
  @MethodSource("threats")
  void anAlertNamesTheThreatBack(Threat threat) {
    for (String alert : threat.alerts()) {
      assertThat(ALERTS.get(alert).threats()).as("%s", alert).contains(threat.id());
    }
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void aThreatNamesTheAlert(Rule alert) {
    for (String id : alert.threats()) {
      assertThat(MODEL.threats())
          .as("%s of %s", id, alert.name())
          .anyMatch(threat -> threat.id().equals(id) && threat.alerts().contains(alert.name()));
    }
  }

  @Test
  void everyHostileRowServesAThreat() throws IOException {
    Set<String> named =
        MODEL.threats().stream().flatMap(one -> one.tests().stream()).collect(Collectors.toSet());
    assertThat(Files.readAllLines(ROWS))
        .filteredOn(line -> line.matches("[A-Z]{3}-\\d+"))
        .allSatisfy(row -> assertThat(named).contains(row));
  }

  @Test
  void thePageIsMadeOfTheData() throws IOException {
    written(PAGE, ThreatPage.of(MODEL));
  }

  @Test
  void theOpenThreatModelIsMadeOfTheData() throws IOException {
    written(OTM, OpenThreatModel.of(MODEL));
  }

  /** What version 0.2.0 of the Open Threat Model asks of a document. */
  @Test
  void theOpenThreatModelHasAllThatItsVersionAsksFor() {
    JsonNode otm = Rules.yaml(OTM);
    require(otm, "otmVersion", "project");
    require(otm.path("project"), "name", "id");
    otm.path("trustZones").forEach(one -> require(one, "id", "name", "risk"));
    otm.path("trustZones").forEach(one -> require(one.path("risk"), "trustRating"));
    otm.path("components").forEach(one -> require(one, "id", "name", "type", "parent"));
    otm.path("components")
        .forEach(one -> one.path("threats").forEach(held -> require(held, "threat", "state")));
    otm.path("dataflows").forEach(one -> require(one, "id", "name", "source", "destination"));
    otm.path("threats").forEach(one -> require(one, "id", "name", "risk"));
    otm.path("threats").forEach(one -> require(one.path("risk"), "likelihood", "impact"));
    otm.path("mitigations").forEach(one -> require(one, "id", "name", "riskReduction"));
    assertThat(otm.path("threats")).hasSize(MODEL.threats().size());
  }

  private static void require(JsonNode node, String... names) {
    for (String name : names) {
      assertThat(node.has(name)).as("%s in %s", name, node).isTrue();
    }
  }

  private static void written(Path file, String expected) throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, expected);
    }
    assertThat(file)
        .as("write it anew: mvn -Dtest=ThreatModelTest -D%s=true test", WRITE)
        .hasContent(expected);
  }
}
