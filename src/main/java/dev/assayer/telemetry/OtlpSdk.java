package dev.assayer.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Sets up the OpenTelemetry SDK for one signal, by its own rules for {@code OTEL_*}. */
final class OtlpSdk {
  private static final System.Logger LOGGER = System.getLogger(OtlpSdk.class.getName());

  /** Above the time-out that an operator may reasonably set for the answer's head. */
  static final Duration LONGEST_SEND = Duration.ofSeconds(10);

  /** How long the end of the process waits for what is queued. */
  static final Duration FAREWELL = Duration.ofSeconds(3);

  private static final String SERVICE_NAME = "service.name";

  private OtlpSdk() {}

  /**
   * Opens an export as the environment asks for it. What cannot be used is logged as one warning,
   * and nothing is exported.
   *
   * @param environment all environment variables; those that begin with {@code OTEL_} count
   * @param export opens it; may throw
   * @return empty if nobody asks for it, or it cannot be
   */
  static <T> Optional<T> open(
      OtlpSettings.Signal signal,
      Map<String, String> environment,
      Function<OtlpSettings, T> export) {
    OtlpSettings settings = OtlpSettings.of(signal, environment);
    if (!settings.wanted()) {
      return Optional.empty();
    }
    Optional<String> obstacle = settings.obstacle();
    if (obstacle.isPresent()) {
      warn(signal, obstacle.get());
      return Optional.empty();
    }
    try {
      return Optional.of(export.apply(settings));
    } catch (RuntimeException | LinkageError unusable) {
      String complaint = String.valueOf(unusable.getMessage()) + unusable.getCause();
      warn(
          signal,
          settings.blamed(complaint).orElse("a variable OTEL_*")
              + " cannot be used: correct it, or remove it");
      return Optional.empty();
    }
  }

  private static void warn(OtlpSettings.Signal signal, String why) {
    LOGGER.log(System.Logger.Level.WARNING, "{0} are not exported: {1}", signal.code(), why);
  }

  /** The SDK with nothing but this signal, which the caller adds. */
  static AutoConfiguredOpenTelemetrySdkBuilder builder(
      OtlpSettings settings, String version, String replica) {
    return AutoConfiguredOpenTelemetrySdk.builder()
        .disableShutdownHook()
        .addPropertiesSupplier(() -> defaults(settings))
        .addPropertiesCustomizer(_ -> fixed(settings))
        .addResourceCustomizer((resource, _) -> resource(resource, version, replica));
  }

  private static Map<String, String> defaults(OtlpSettings settings) {
    Map<String, String> defaults = new HashMap<>();
    // A collector that hangs is given up soon; the next batch finds out whether it is back.
    defaults.put("otel.exporter.otlp.timeout", "3000");
    defaults.put("otel.java.exporter.otlp.retry.disabled", "true");
    for (String processor : new String[] {"otel.bsp", "otel.blrp"}) {
      defaults.put(processor + ".export.timeout", "5000");
      defaults.put(processor + ".schedule.delay", "1000");
    }
    if (!settings.hasSampler()) {
      defaults.put("otel.traces.sampler", "parentbased_traceidratio");
      defaults.put("otel.traces.sampler.arg", "0.05");
    }
    return defaults;
  }

  private static Map<String, String> fixed(OtlpSettings settings) {
    Map<String, String> properties = settings.properties();
    properties.put("otel.traces.exporter", "none");
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    String signal = settings.signal().code();
    properties.put("otel." + signal + ".exporter", "otlp");
    properties.put("otel.exporter.otlp." + signal + ".protocol", "http/protobuf");
    if (settings.signal() != OtlpSettings.Signal.TRACES) {
      // It is made even where nothing is traced, and a bad one is told of by the traces.
      properties.put("otel.traces.sampler", "always_off");
    }
    properties.put("otel.propagators", "tracecontext");
    return properties;
  }

  private static Resource resource(Resource resource, String version, String replica) {
    Attributes own =
        Attributes.builder()
            .put("service.version", version)
            .put("service.instance.id", replica)
            .build();
    Object name =
        resource.getAttributes().asMap().entrySet().stream()
            .filter(entry -> entry.getKey().getKey().equals(SERVICE_NAME))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
    Resource described = resource.merge(Resource.create(own));
    return name.toString().startsWith("unknown_service")
        ? described.merge(
            Resource.create(Attributes.builder().put(SERVICE_NAME, "assayer").build()))
        : described;
  }
}
