package dev.assayer.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/** Gives the places in the queue back and counts the spans that no collector took. */
final class CountedExporter implements SpanExporter {
  private final SpanExporter exporter;
  private final Semaphore places;
  private final LongAdder dropped;

  CountedExporter(SpanExporter exporter, Semaphore places, LongAdder dropped) {
    this.exporter = exporter;
    this.places = places;
    this.dropped = dropped;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    places.release(count);
    CompletableResultCode result;
    try {
      result = exporter.export(spans);
    } catch (RuntimeException refused) {
      // All threads of the sender wait for a collector that hangs.
      result = CompletableResultCode.ofFailure();
    }
    CompletableResultCode sent = result;
    return sent.whenComplete(() -> {
      if (!sent.isSuccess()) {
        dropped.add(count);
      }
    });
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
