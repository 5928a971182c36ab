package dev.assayer.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The chart as Helm renders it, object by object. */
public record Chart(List<JsonNode> objects) {
  static final Path HOME = Path.of("charts/assayer");
  static final String NAMESPACE = "assayer-system";

  /** The release is called {@code rel}, so everything is called this. */
  static final String NAME = "rel-assayer";

  /** In place of {@code helm.sh/hook}. */
  public static final String HOOK = "hook.of.helm";

  private static final Path COPY = copied();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** With the defaults. */
  static Chart rendered() {
    return rendered(UnaryOperator.identity());
  }

  /** With a value set as on the command line; lists and mappings as JSON. */
  static Chart with(String key, Object value) {
    return rendered(command -> command.set(key, value));
  }

  /** With a file of values. */
  static Chart with(Path values) {
    return rendered(command -> command.withValuesFile(values));
  }

  public static Chart rendered(UnaryOperator<TemplateCommand> more) {
    return parsed(text(more));
  }

  static String text(UnaryOperator<TemplateCommand> more) {
    TemplateCommand command =
        new Helm(COPY)
            .template()
            .withName("rel")
            .withNamespace(NAMESPACE)
            .withKubeVersion("1.35.0");
    return more.apply(command).call();
  }

  /**
   * What this rendering of Helm's cannot do without a cluster is taken out of a copy of the chart:
   * looking objects up finds nothing, and hooks stand among the other objects, with their
   * annotations under {@link #HOOK}.
   */
  private static Path copied() {
    try (Stream<Path> files = Files.walk(HOME)) {
      Path copy = Files.createTempDirectory("chart");
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(HOME.relativize(file).toString());
        Files.createDirectories(to.getParent());
        String text = Files.readString(file);
        Files.writeString(
            to, text.replace("lookup \"v1\"", "dict \"v1\"").replace("helm.sh/hook", HOOK));
        to.toFile().deleteOnExit();
      }
      return copy;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static Chart parsed(String yaml) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      List<JsonNode> objects = new ArrayList<>();
      documents.forEachRemaining(objects::add);
      return new Chart(objects.stream().filter(JsonNode::isObject).toList());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** The value sets that come with the chart, as chart linters expect them. */
  static List<Path> valueSets() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("ci"))) {
      return files.filter(file -> file.toString().endsWith("-values.yaml")).sorted().toList();
    }
  }

  public Stream<JsonNode> all(String kind) {
    return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
  }

  /** The object of that kind and name. */
  JsonNode one(String kind, String name) {
    return all(kind)
        .filter(object -> name(object).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  boolean has(String kind, String name) {
    return all(kind).anyMatch(object -> name(object).equals(name));
  }

  /** Deployment or StatefulSet. */
  JsonNode workload() {
    return Stream.concat(all("Deployment"), all("StatefulSet")).findFirst().orElseThrow();
  }

  /** The specification of every pod, whatever it stands in. */
  List<JsonNode> pods() {
    return objects.stream()
        .map(object ->
            object.path("kind").asText().equals("Pod")
                ? object.path("spec")
                : object.at("/spec/template/spec"))
        .filter(spec -> spec.has("containers"))
        .toList();
  }

  public static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  static List<String> texts(JsonNode list) {
    return each(list).map(JsonNode::asText).toList();
  }

  /** The environment variable of the workload's container. */
  String variable(String name) {
    return each(workload().at("/spec/template/spec/containers/0/env"))
        .filter(entry -> entry.path("name").asText().equals(name))
        .map(entry -> entry.path("value").asText())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no variable " + name));
  }

  /** The ConfigMap that the workload mounts as its configuration. */
  JsonNode configuration() {
    String mounted =
        each(workload().at("/spec/template/spec/volumes"))
            .filter(volume -> volume.path("name").asText().equals("config"))
            .map(volume -> volume.at("/configMap/name").asText())
            .findFirst()
            .orElseThrow();
    return one("ConfigMap", mounted);
  }

  /** The webhook object as {@code assayer webhook apply} reads it. */
  JsonNode webhooks(String key) {
    return yaml(webhookText(key));
  }

  public String webhookText(String key) {
    return objects.stream()
        .filter(object -> name(object).endsWith("-webhooks"))
        .findFirst()
        .orElseThrow()
        .at("/data")
        .path(key)
        .asText();
  }
}
