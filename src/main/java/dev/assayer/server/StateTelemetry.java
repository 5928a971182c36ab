package dev.assayer.server;

import dev.assayer.state.StateObserver;
import dev.assayer.telemetry.CacheMetrics;
import java.util.Locale;

/** Tells metrics what happens between memory and shared state. */
record StateTelemetry(CacheMetrics metrics) implements StateObserver {
  @Override
  public void read(Read result) {
    metrics.read(result.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void written(Write result) {
    metrics.written(result.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void reachable(boolean reachable) {
    metrics.reachable(reachable);
  }

  @Override
  public void equivocation() {
    metrics.conflict();
  }
}
