package dev.assayer.telemetry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the standard {@code OTEL_*} variables ask for. An empty variable counts as not set. */
final class TracingSettings {
  private static final String PREFIX = "OTEL_";
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
  private static final String CONFIG_FILE = "OTEL_CONFIG_FILE";
  private static final String HTTP = "http/protobuf";

  private static final List<String> ENDPOINTS =
      List.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT");

  /** In the order in which they count. */
  private static final List<String> PROTOCOLS =
      List.of("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");

  /** What these hold is not secret, and may be shown. */
  private static final List<String> PUBLIC =
      List.of("PROTOCOL", "SAMPLER", "SAMPLER_ARG", "TIMEOUT", "_DELAY", "_SIZE", "COMPRESSION");

  private final Map<String, String> variables;

  private TracingSettings(Map<String, String> variables) {
    this.variables = variables;
  }

  static TracingSettings of(Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !value.isBlank()) {
        variables.put(name, value.strip());
      }
    });
    return new TracingSettings(Map.copyOf(variables));
  }

  /** Whether somebody asks for traces to be exported. */
  boolean wanted() {
    if (is("OTEL_SDK_DISABLED", "true") || is(EXPORTER, "none")) {
      return false;
    }
    return variables.containsKey(EXPORTER) || ENDPOINTS.stream().anyMatch(variables::containsKey);
  }

  /** Why they cannot be, in one sentence with the remedy; empty if nothing is known against it. */
  Optional<String> obstacle() {
    if (variables.containsKey(CONFIG_FILE)) {
      return Optional.of(CONFIG_FILE + " is not supported: set the variables one by one");
    }
    String exporter = variables.getOrDefault(EXPORTER, "otlp");
    if (!exporter.equals("otlp")) {
      return Optional.of(
          EXPORTER + "=" + exporter + " is not supported: set it to otlp, or to none");
    }
    return PROTOCOLS.stream()
        .filter(variables::containsKey)
        .findFirst()
        .filter(name -> !is(name, HTTP))
        .map(name ->
            name
                + "="
                + variables.get(name)
                + " is not supported: set it to "
                + HTTP
                + " and the endpoint to the collector's HTTP port, usually 4318");
  }

  boolean hasSampler() {
    return variables.containsKey("OTEL_TRACES_SAMPLER");
  }

  /** As properties of the SDK: {@code OTEL_SERVICE_NAME} is {@code otel.service.name}. */
  Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    variables.forEach(
        (name, value) -> properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value));
    return properties;
  }

  /**
   * The variable that a complaint of the SDK is about, with its value where that cannot be a
   * secret. The complaint itself is not shown, since it may quote headers.
   */
  Optional<String> blamed(String complaint) {
    String lower = complaint.toLowerCase(Locale.ROOT);
    return variables.keySet().stream()
        .sorted((one, other) -> other.length() - one.length())
        .filter(name ->
            lower.contains(name.toLowerCase(Locale.ROOT).replace('_', '.'))
                || (name.endsWith("_CERTIFICATE") || name.endsWith("_KEY"))
                    && complaint.contains(variables.getOrDefault(name, name)))
        .findFirst()
        .map(name ->
            PUBLIC.stream().anyMatch(name::endsWith) ? name + "=" + variables.get(name) : name);
  }

  private boolean is(String name, String value) {
    return value.equalsIgnoreCase(variables.get(name));
  }
}
