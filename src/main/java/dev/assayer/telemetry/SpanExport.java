package dev.assayer.telemetry;

import dev.assayer.decision.TraceRef;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends finished span trees by the OpenTelemetry SDK: its exporter, batches and sampler, set up by
 * its own rules for {@code OTEL_*}. The SDK's queue drops silently; so a tree enters it only as a
 * whole, when places for all its spans are free, and is counted as dropped otherwise.
 */
final class SpanExport implements AutoCloseable {
  private static final int QUEUE = 2048;
  private static final Duration FAREWELL = Duration.ofSeconds(3);
  private static final String SERVICE_NAME = "service.name";

  private final ScopedValue<TraceRef> rootIds = ScopedValue.newInstance();
  private final LongAdder dropped = new LongAdder();
  private final Semaphore places = new Semaphore(QUEUE);
  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final Sampler head;

  /**
   * Sets up the SDK.
   *
   * @throws RuntimeException if a variable holds what the SDK does not understand
   */
  SpanExport(TracingSettings settings, String version, String replica) {
    AtomicReference<Sampler> configured = new AtomicReference<>(Sampler.alwaysOff());
    sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .addPropertiesSupplier(() -> defaults(settings))
            .addPropertiesCustomizer(_ -> fixed(settings))
            .addResourceCustomizer((resource, _) -> resource(resource, version, replica))
            .addSpanExporterCustomizer(
                (exporter, _) -> new CountedExporter(exporter, places, dropped))
            .addSamplerCustomizer((sampler, _) -> {
              configured.set(sampler);
              // What comes here was chosen before, by head() or by its verdict.
              return Sampler.alwaysOn();
            })
            .addTracerProviderCustomizer((provider, properties) -> {
              boundQueue(properties);
              return provider.setIdGenerator(ids());
            })
            .build()
            .getOpenTelemetrySdk();
    tracer = sdk.getTracer("dev.assayer", version);
    head = configured.get();
  }

  private static Map<String, String> defaults(TracingSettings settings) {
    Map<String, String> defaults = new HashMap<>();
    // A collector that hangs is given up soon; the next batch finds out whether it is back.
    defaults.put("otel.exporter.otlp.timeout", "3000");
    defaults.put("otel.java.exporter.otlp.retry.disabled", "true");
    defaults.put("otel.bsp.export.timeout", "5000");
    defaults.put("otel.bsp.schedule.delay", "1000");
    if (!settings.hasSampler()) {
      defaults.put("otel.traces.sampler", "parentbased_traceidratio");
      defaults.put("otel.traces.sampler.arg", "0.05");
    }
    return defaults;
  }

  private static Map<String, String> fixed(TracingSettings settings) {
    Map<String, String> properties = settings.properties();
    properties.put("otel.traces.exporter", "otlp");
    properties.put("otel.exporter.otlp.traces.protocol", "http/protobuf");
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
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

  /** A smaller queue may be configured, not a larger one. */
  private void boundQueue(ConfigProperties properties) {
    int size = properties.getInt("otel.bsp.max.queue.size", QUEUE);
    if (size > 0 && size < QUEUE) {
      places.acquireUninterruptibly(QUEUE - size);
    }
  }

  private IdGenerator ids() {
    IdGenerator random = IdGenerator.random();
    return new IdGenerator() {
      @Override
      public String generateSpanId() {
        return rootIds.isBound() ? rootIds.get().spanId() : random.generateSpanId();
      }

      @Override
      public String generateTraceId() {
        return rootIds.isBound() ? rootIds.get().traceId() : random.generateTraceId();
      }
    };
  }

  /** What the configured sampler says of a request before it is decided. */
  boolean samples(Context parent, String traceId, String name, SpanKind kind) {
    return head.shouldSample(parent, traceId, name, kind, Attributes.empty(), List.of())
            .getDecision()
        == SamplingDecision.RECORD_AND_SAMPLE;
  }

  /**
   * Queues a tree; never waits.
   *
   * @param ids of the root
   * @return false if there was no room, so that it is lost
   */
  boolean send(SpanNode root, Instant begun, Context parent, TraceRef ids) {
    int size = root.size();
    if (!places.tryAcquire(size)) {
      dropped.add(size);
      return false;
    }
    Span span = ScopedValue.where(rootIds, ids).call(() -> start(root, begun, parent));
    finish(root, begun, parent, span);
    return true;
  }

  private Span start(SpanNode node, Instant begun, Context parent) {
    return tracer
        .spanBuilder(node.name())
        .setParent(parent)
        .setSpanKind(node.kind())
        .setStartTimestamp(begun.plus(node.start()))
        .setAllAttributes(node.attributes())
        .startSpan();
  }

  private void finish(SpanNode node, Instant begun, Context parent, Span span) {
    Context own = parent.with(span);
    for (SpanNode child : node.children()) {
      finish(child, begun, own, start(child, begun, own));
    }
    node.error().ifPresent(error -> span.setStatus(StatusCode.ERROR, error));
    span.end(begun.plus(node.start()).plus(node.duration()));
  }

  /** Spans that no collector got, since the start. */
  long dropped() {
    return dropped.sum();
  }

  /** Sends what is queued, for a short while. */
  @Override
  public void close() {
    sdk.shutdown().join(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
  }
}
