package dev.assayer.telemetry;

import dev.assayer.decision.TraceRef;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Instant;
import java.util.List;
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

  private final ScopedValue<TraceRef> rootIds = ScopedValue.newInstance();
  private final LongAdder dropped = new LongAdder();
  private final Semaphore places = new Semaphore(QUEUE);
  private final BoundedSends sends = new BoundedSends(OtlpSdk.LONGEST_SEND);
  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final Sampler head;

  /**
   * Sets up the SDK.
   *
   * @throws RuntimeException if a variable holds what the SDK does not understand
   */
  SpanExport(OtlpSettings settings, String version, String replica) {
    AtomicReference<Sampler> configured = new AtomicReference<>(Sampler.alwaysOff());
    sdk =
        OtlpSdk.builder(settings, version, replica)
            .addSpanExporterCustomizer(
                (exporter, _) -> new CountedExporter(bounded(exporter), places, dropped))
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

  /** The SDK bounds the wait for an answer's head only, and its copy repeats what fails. */
  private SpanExporter bounded(SpanExporter exporter) {
    return exporter instanceof OtlpHttpSpanExporter otlp
        ? otlp.toBuilder().setExecutorService(sends).setRetryPolicy(null).build()
        : exporter;
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
    sdk.shutdown().join(OtlpSdk.FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    sends.close();
  }
}
