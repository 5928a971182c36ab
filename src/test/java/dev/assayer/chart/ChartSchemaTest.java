package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** values.schema.json: the configuration's own schema, and a description of every value. */
class ChartSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FILE = Chart.HOME.resolve("values.schema.json");
  private static final Path CONFIG =
      Path.of("src/main/resources/dev/assayer/config/assayer-config.schema.json");
  private static final String WRITE = "assayer.docs.write";

  @Test
  void theSchemaIsThatOfTheConfigurationAndWhatTheValuesSayOfThemselves() throws IOException {
    ObjectNode expected = (ObjectNode) JSON.readTree(Files.readString(FILE));
    ObjectNode config = (ObjectNode) JSON.readTree(Files.readString(CONFIG));
    expected.set("$defs", config.remove("$defs"));
    config.remove("$schema");
    config.remove("$id");
    config.put("description", "Assayer's configuration, all fields in docs/configuration.md.");
    ((ObjectNode) expected.path("properties")).set("config", config);
    for (Map.Entry<String, String> said : ChartValues.descriptions().entrySet()) {
      if (!said.getKey().equals("config")) {
        at(expected, said.getKey()).put("description", said.getValue());
      }
    }
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withArrayIndenter(new DefaultIndenter("  ", "\n"));
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    String text = JSON.writer(printer).writeValueAsString(expected) + "\n";
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(FILE, text);
    }
    assertThat(FILE)
        .as("write it anew: mvn -Dtest=ChartSchemaTest -D%s=true test", WRITE)
        .hasContent(text);
  }

  private static ObjectNode at(ObjectNode schema, String path) {
    JsonNode node = schema;
    for (String part : path.split("\\.", -1)) {
      node = node.path("properties").path(part);
    }
    assertThat(node.isObject())
        .as("%s stands in values.yaml; the schema has it too", path)
        .isTrue();
    return (ObjectNode) node;
  }

  @Test
  void everyValueIsDescribedAndStandsInTheSchema() throws IOException {
    Set<String> inSchema = new TreeSet<>();
    leaves(JSON.readTree(Files.readString(FILE)), "", inSchema);
    inSchema.remove("global");
    assertThat(ChartValues.descriptions().keySet()).containsExactlyInAnyOrderElementsOf(inSchema);
    assertThat(ChartValues.descriptions().values())
        .allSatisfy(text -> assertThat(text).hasSizeGreaterThan(15).endsWith("."));
  }

  private static void leaves(JsonNode schema, String path, Set<String> found) {
    if (path.equals("config") || path.endsWith("issuerRef") || !schema.has("properties")) {
      found.add(path);
      return;
    }
    schema
        .path("properties")
        .properties()
        .forEach(entry ->
            leaves(
                entry.getValue(),
                path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                found));
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "deployment.replicas | three | replicas",
        "deployment.replicas | 2.5 | replicas",
        "deployment.replicas | 0 | replicas",
        "deployment.replica | 3 | replica",
        "image.digest | sha256:12 | digest",
        "image.tag | a b | tag",
        "tls.mode | selfSigned | mode",
        "webhook.timeoutSeconds | 31 | timeoutSeconds",
        "webhook.ignoreNamespaces[0] | Not_A_Name | ignoreNamespaces",
        "networkPolicy.apiServerCidrs[0] | everywhere | apiServerCidrs",
        "deployment.terminationGracePeriodSeconds | 5 | terminationGracePeriodSeconds",
        "config.detectionmode | true | detectionmode",
        "config.validators[0].type | magic | validators",
        "config.policy[0].verify | perhaps | policy",
        "config.freshness.timestampMaxAge | soon | timestampMaxAge",
        "files.assayer\\.yaml | x | assayer.yaml",
      })
  void whatCannotBeIsRefusedByName(String key, String value, String named) {
    assertThatThrownBy(() -> Chart.with(key, value)).hasMessageContaining(named);
  }

  @Test
  void theSchemaRefusesNothingThatTheReaderTakes() {
    Chart chart =
        Chart.rendered(command ->
            command
                .set("config.webhook.maxInFlightBytes", 67108864)
                .set("config.webhook.maxConcurrent", 10000)
                .set("config.state", "memory"));
    assertThat(chart.configuration().at("/data/assayer.yaml").asText())
        .contains("maxInFlightBytes: 67108864", "maxConcurrent: 10000", "state: memory");
  }
}
