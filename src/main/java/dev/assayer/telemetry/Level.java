package dev.assayer.telemetry;

import java.util.concurrent.atomic.AtomicLong;

/** The value of a gauge. */
final class Level {
  private final AtomicLong bits = new AtomicLong();

  void set(double value) {
    bits.set(Double.doubleToLongBits(value));
  }

  void set(boolean holds) {
    set(holds ? 1 : 0);
  }

  void add(double difference) {
    bits.updateAndGet(old -> Double.doubleToLongBits(Double.longBitsToDouble(old) + difference));
  }

  double get() {
    return Double.longBitsToDouble(bits.get());
  }
}
