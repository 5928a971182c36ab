package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.TraceRef;
import dev.assayer.decision.Verdict;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Sends the records of decisions to a collector, as log records by OTLP over HTTP, where the
 * standard {@code OTEL_*} variables ask for it. The body is the record as the audit log has it,
 * byte for byte. So many records wait, and so many characters of them; what finds no room, or the
 * collector does not take, is counted and lost. Nothing here blocks or throws, whatever the
 * collector does: the lasting record is the audit log's.
 */
public final class OtlpRecords implements AutoCloseable {
  /** The sink's name in metrics. */
  private static final String SINK = "otlp";

  /** Records that wait at most. */
  static final int MAX_RECORDS = 2048;

  /** Characters that wait at most; a batch of them is below what collectors take at once. */
  static final int MAX_LENGTH = 8 << 20;

  private final Semaphore places = new Semaphore(MAX_RECORDS);
  private final Semaphore room = new Semaphore(MAX_LENGTH);
  private final BoundedSends sends = new BoundedSends(OtlpSdk.LONGEST_SEND);
  private final LongAdder lost = new LongAdder();
  private final AuditMetrics metrics;
  private final OpenTelemetrySdk sdk;
  private final Logger logger;

  private OtlpRecords(OtlpSettings settings, String version, String replica, AuditMetrics metrics) {
    this.metrics = metrics;
    sdk =
        OtlpSdk.builder(settings, version, replica)
            .addLogRecordExporterCustomizer((exporter, _) -> new Counted(bounded(exporter)))
            .addLoggerProviderCustomizer((provider, properties) -> {
              boundQueue(properties);
              return provider;
            })
            .build()
            .getOpenTelemetrySdk();
    logger =
        sdk.getLogsBridge().loggerBuilder("dev.assayer").setInstrumentationVersion(version).build();
  }

  /**
   * An export as the environment asks for it. What cannot be used is logged as one warning.
   *
   * @param environment all environment variables; those that begin with {@code OTEL_} count
   * @param version of this software
   * @param replica name of this replica
   * @param metrics is told what became of records, as sink {@code otlp}
   * @return empty if nobody asks for it, or it cannot be
   */
  public static Optional<OtlpRecords> open(
      Map<String, String> environment, String version, String replica, AuditMetrics metrics) {
    return OtlpSdk.open(
        OtlpSettings.Signal.LOGS,
        environment,
        settings -> new OtlpRecords(settings, version, replica, metrics));
  }

  /** The SDK bounds the wait for an answer's head only, and its copy repeats what fails. */
  private LogRecordExporter bounded(LogRecordExporter exporter) {
    return exporter instanceof OtlpHttpLogRecordExporter otlp
        ? otlp.toBuilder().setExecutorService(sends).setRetryPolicy(null).build()
        : exporter;
  }

  /** The SDK's own queue drops silently: never more may wait than it has places. */
  private void boundQueue(ConfigProperties properties) {
    int size = properties.getInt("otel.blrp.max.queue.size", MAX_RECORDS);
    if (size > 0 && size < MAX_RECORDS) {
      places.acquireUninterruptibly(MAX_RECORDS - size);
    }
  }

  /**
   * Queues a record; never waits.
   *
   * @param record makes the record where it was not logged; asked once, and only if there is room
   */
  public void send(Decision decision, Supplier<String> record) {
    if (!places.tryAcquire()) {
      dropped();
      return;
    }
    Optional<String> body = body(decision, record).filter(made -> room.tryAcquire(made.length()));
    if (body.isEmpty()) {
      places.release();
      dropped();
      return;
    }
    logger
        .logRecordBuilder()
        .setEventName("assayer.decision")
        .setTimestamp(decision.time())
        .setContext(context(decision))
        .setSeverity(severity(decision.verdict()))
        .setAllAttributes(attributes(decision).build())
        .setBody(body.get())
        .emit();
  }

  private static Optional<String> body(Decision decision, Supplier<String> record) {
    try {
      return Optional.of(decision.logged().map(Logged::record).orElseGet(record));
    } catch (RuntimeException defect) {
      return Optional.empty();
    }
  }

  private void dropped() {
    lost.increment();
    metrics.records(SINK, "dropped", 1);
  }

  private static Context context(Decision decision) {
    if (decision.trace().isEmpty()) {
      return Context.root();
    }
    TraceRef trace = decision.trace().get();
    TraceFlags flags =
        trace.sampled(decision.verdict()) ? TraceFlags.getSampled() : TraceFlags.getDefault();
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.create(
                    trace.traceId(), trace.spanId(), flags, TraceState.getDefault())));
  }

  private static Severity severity(Verdict verdict) {
    return verdict == Verdict.ERROR || verdict == Verdict.TIMEOUT ? Severity.WARN : Severity.INFO;
  }

  private static SpanAttributes attributes(Decision decision) {
    SpanAttributes attributes = new SpanAttributes();
    RootAttributes.decision(attributes, decision);
    attributes
        .put("assayer.review.name", decision.request().name())
        .put("user.name", decision.request().user())
        .put(
            "container.image.name",
            decision.images().stream()
                .map(image -> image.normalised().orElse(image.requested()))
                .distinct()
                .toList())
        .put(
            "oci.manifest.digest",
            decision.images().stream()
                .map(ImageDecision::digest)
                .flatMap(Optional::stream)
                .distinct()
                .toList());
    decision
        .logged()
        .ifPresent(logged ->
            attributes
                .put("assayer.log.index", logged.index())
                .put("assayer.log.leaf_hash", logged.leafHash()));
    return attributes;
  }

  /** Records that no collector got, since the start. */
  public long lost() {
    return lost.sum();
  }

  /** Sends what is queued, for three seconds at most, and stops. */
  @Override
  public void close() {
    sdk.shutdown().join(OtlpSdk.FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    sends.close();
  }

  /** Gives room back, and counts what the collector took and what it did not. */
  private final class Counted implements LogRecordExporter {
    private final LogRecordExporter exporter;

    Counted(LogRecordExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<LogRecordData> records) {
      int count = records.size();
      for (LogRecordData one : records) {
        places.release();
        room.release(length(one));
      }
      long began = System.nanoTime();
      CompletableResultCode sent;
      try {
        sent = exporter.export(records);
      } catch (RuntimeException refused) {
        // All threads of the sender wait for a collector that hangs.
        sent = CompletableResultCode.ofFailure();
      }
      CompletableResultCode result = sent;
      return result.whenComplete(() -> {
        if (result.isSuccess()) {
          metrics.records(SINK, "written", count);
          metrics.wrote(SINK, Duration.ofNanos(System.nanoTime() - began));
        } else {
          lost.add(count);
          metrics.records(SINK, "failed", count);
        }
      });
    }

    private static int length(LogRecordData record) {
      return Optional.ofNullable(record.getBodyValue())
          .map(body -> body.asString().length())
          .orElse(0);
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
