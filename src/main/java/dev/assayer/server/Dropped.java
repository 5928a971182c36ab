package dev.assayer.server;

import dev.assayer.telemetry.Metrics;
import java.util.function.LongSupplier;

/** Carries what telemetry lost into its metric. Run by one thread. */
final class Dropped implements Runnable {
  private final Metrics metrics;
  private final LongSupplier traces;
  private final LongSupplier logs;
  private long tracesSeen;
  private long logsSeen;

  /** Both count from the start of the process. */
  Dropped(Metrics metrics, LongSupplier traces, LongSupplier logs) {
    this.metrics = metrics;
    this.traces = traces;
    this.logs = logs;
  }

  @Override
  public void run() {
    long tracesNow = traces.getAsLong();
    long logsNow = logs.getAsLong();
    metrics.dropped("traces", tracesNow - tracesSeen);
    metrics.dropped("logs", logsNow - logsSeen);
    tracesSeen = tracesNow;
    logsSeen = logsNow;
  }
}
