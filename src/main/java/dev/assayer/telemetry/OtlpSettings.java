package dev.assayer.telemetry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the standard {@code OTEL_*} variables ask for, of one signal. An empty variable counts as
 * not set.
 */
final class OtlpSettings {
  private static final String PREFIX = "OTEL_";
  private static final String CONFIG_FILE = "OTEL_CONFIG_FILE";
  private static final String OTLP = "OTEL_EXPORTER_OTLP_";
  private static final String HTTP = "http/protobuf";

  /** What these hold is not secret, and may be shown. */
  private static final List<String> PUBLIC =
      List.of("PROTOCOL", "SAMPLER", "SAMPLER_ARG", "TIMEOUT", "_DELAY", "_SIZE", "COMPRESSION");

  private final Signal signal;
  private final Map<String, String> variables;

  /** What is exported. */
  enum Signal {
    /** Spans. */
    TRACES,
    /** Records of decisions. */
    LOGS;

    /** The name in properties of the SDK. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private OtlpSettings(Signal signal, Map<String, String> variables) {
    this.signal = signal;
    this.variables = variables;
  }

  static OtlpSettings of(Signal signal, Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>();
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !value.isBlank()) {
        variables.put(name, value.strip());
      }
    });
    return new OtlpSettings(signal, Map.copyOf(variables));
  }

  Signal signal() {
    return signal;
  }

  private String exporter() {
    return PREFIX + signal + "_EXPORTER";
  }

  /** Of this signal and of all, in the order in which they count. */
  private List<String> names(String what) {
    return List.of(OTLP + signal + "_" + what, OTLP + what);
  }

  /** Whether somebody asks for this signal to be exported. */
  boolean wanted() {
    if (is("OTEL_SDK_DISABLED", "true") || is(exporter(), "none")) {
      return false;
    }
    return variables.containsKey(exporter())
        || names("ENDPOINT").stream().anyMatch(variables::containsKey);
  }

  /** Why it cannot be, in one sentence with the remedy; empty if nothing is known against it. */
  Optional<String> obstacle() {
    if (variables.containsKey(CONFIG_FILE)) {
      return Optional.of(CONFIG_FILE + " is not supported: set the variables one by one");
    }
    String exporter = variables.getOrDefault(exporter(), "otlp");
    if (!exporter.equals("otlp")) {
      return Optional.of(
          exporter() + "=" + exporter + " is not supported: set it to otlp, or to none");
    }
    return names("PROTOCOL").stream()
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
