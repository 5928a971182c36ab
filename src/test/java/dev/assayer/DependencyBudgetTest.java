package dev.assayer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What ships is chosen, never drifted into: every jar stands here by name, all of them together
 * stay within a size, and no class comes from two of them.
 */
class DependencyBudgetTest {
  private static final long MOST_BYTES = 34L << 20;

  private static final Set<String> SHIPPED =
      Set.of(
          "AmazonCorrettoCryptoProvider",
          "HdrHistogram",
          "bcpkix-jdk18on",
          "bcprov-jdk18on",
          "bcutil-jdk18on",
          "caffeine",
          "error_prone_annotations",
          "helidon",
          "helidon-builder-api",
          "helidon-common",
          "helidon-common-buffers",
          "helidon-common-concurrency-limits",
          "helidon-common-config",
          "helidon-common-configurable",
          "helidon-common-context",
          "helidon-common-features",
          "helidon-common-features-api",
          "helidon-common-features-metadata",
          "helidon-common-key-util",
          "helidon-common-mapper",
          "helidon-common-media-type",
          "helidon-common-parameters",
          "helidon-common-resumable",
          "helidon-common-security",
          "helidon-common-socket",
          "helidon-common-task",
          "helidon-common-tls",
          "helidon-common-types",
          "helidon-common-uri",
          "helidon-config",
          "helidon-http",
          "helidon-http-encoding",
          "helidon-http-http1",
          "helidon-http-media",
          "helidon-logging-common",
          "helidon-metadata",
          "helidon-metadata-hson",
          "helidon-metrics-api",
          "helidon-service-metadata",
          "helidon-service-registry",
          "helidon-webserver",
          "jackson-annotations",
          "jackson-core",
          "jackson-databind",
          "jackson-dataformat-yaml",
          "jackson-datatype-jsr310",
          "jspecify",
          "kubernetes-client",
          "kubernetes-client-api",
          "kubernetes-httpclient-jdk",
          "kubernetes-model-admissionregistration",
          "kubernetes-model-apps",
          "kubernetes-model-autoscaling",
          "kubernetes-model-batch",
          "kubernetes-model-certificates",
          "kubernetes-model-common",
          "kubernetes-model-coordination",
          "kubernetes-model-core",
          "kubernetes-model-extensions",
          "micrometer-commons",
          "micrometer-core",
          "micrometer-observation",
          "micrometer-registry-prometheus",
          "opentelemetry-api",
          "opentelemetry-common",
          "opentelemetry-context",
          "opentelemetry-exporter-common",
          "opentelemetry-exporter-otlp",
          "opentelemetry-exporter-otlp-common",
          "opentelemetry-exporter-sender-jdk",
          "opentelemetry-sdk",
          "opentelemetry-sdk-common",
          "opentelemetry-sdk-extension-autoconfigure",
          "opentelemetry-sdk-extension-autoconfigure-spi",
          "opentelemetry-sdk-logs",
          "opentelemetry-sdk-metrics",
          "opentelemetry-sdk-trace",
          "pebble",
          "picocli",
          "prometheus-metrics-config",
          "prometheus-metrics-core",
          "prometheus-metrics-exposition-formats",
          "prometheus-metrics-exposition-textformats",
          "prometheus-metrics-model",
          "prometheus-metrics-tracer-common",
          "resilience4j-circuitbreaker",
          "resilience4j-core",
          "slf4j-api",
          "slf4j-jdk14",
          "snakeyaml",
          "snakeyaml-engine",
          "unbescape",
          "zjsonpatch");

  private List<Path> jars = List.of();

  @BeforeEach
  void readTheClassPathThatTheBuildWrote() throws IOException {
    Path list = Path.of("target/runtime-classpath.txt");
    assertThat(list).as("run `mvn process-classes` once").exists();
    jars =
        Stream.of(Files.readString(list).strip().split(File.pathSeparator, -1))
            .map(Path::of)
            .toList();
  }

  @Test
  void exactlyTheJarsInThisListShip() {
    assertThat(jars.stream().map(DependencyBudgetTest::artifact))
        .as("a new jar needs a reason, an owner in Rooms.java and a line in this test")
        .containsExactlyInAnyOrderElementsOf(SHIPPED);
  }

  @Test
  void theJarsTogetherStayWithinTheBudget() throws IOException {
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    assertThat(bytes).as("bytes of all runtime jars").isBetween(1L, MOST_BYTES);
  }

  @Test
  void noClassComesFromTwoJars() throws IOException {
    Map<String, String> origin = new HashMap<>();
    Set<String> twice = new TreeSet<>();
    for (Path path : jars) {
      try (JarFile jar = new JarFile(path.toFile())) {
        jar.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
            .filter(name -> !name.equals("module-info.class"))
            .forEach(name -> {
              String other = origin.putIfAbsent(name, artifact(path));
              if (other != null) {
                twice.add(name + " in " + other + " and " + artifact(path));
              }
            });
      }
    }
    assertThat(origin).isNotEmpty();
    assertThat(twice).isEmpty();
  }

  /** A repository keeps a jar as {@code artifact/version/file}. */
  private static String artifact(Path jar) {
    return jar.getParent().getParent().getFileName().toString();
  }
}
