package dev.assayer.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * How long each of many calls took, and all of them together.
 *
 * @param nanos of each call, sorted
 * @param elapsed nanoseconds for all
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Timings(long[] nanos, long elapsed) {
  /** Nothing measured. */
  static final Timings NONE = new Timings(new long[0], 0);

  /** Sorts a copy. */
  Timings {
    nanos = nanos.clone();
    Arrays.sort(nanos);
  }

  /** These calls and those, one after the other. */
  Timings plus(Timings more) {
    long[] all = Arrays.copyOf(nanos, nanos.length + more.nanos.length);
    System.arraycopy(more.nanos, 0, all, nanos.length, more.nanos.length);
    return new Timings(all, elapsed + more.elapsed);
  }

  /** Milliseconds that this percentage of the calls did not exceed. */
  double millis(double percent) {
    int at = (int) Math.ceil(nanos.length * percent / 100) - 1;
    return nanos[Math.clamp(at, 0, nanos.length - 1)] / 1e6;
  }

  /** Calls a second. */
  double throughput() {
    return nanos.length * 1e9 / elapsed;
  }

  /** Cells of a table: calls, calls a second, p50, p99 and the longest in ms. */
  String row() {
    return String.format(
        Locale.ROOT,
        "%d | %.0f | %.2f | %.2f | %.1f",
        nanos.length,
        throughput(),
        millis(50),
        millis(99),
        millis(100));
  }
}
