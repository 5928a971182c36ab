package dev.assayer.telemetry;

/** What one trace may cost: a request with 512 images is no reason to send megabytes. */
final class SpanBudget {
  static final int MAX_SPANS = 600;
  static final int MAX_BYTES = 256 * 1024;

  /** Ids, times, name and framing of one span. */
  private static final int SPAN = 96;

  private int spans;
  private int bytes;
  private int left;

  /** Whether there is room for a span with these attributes; if not, it is counted as left out. */
  boolean take(SpanAttributes attributes) {
    int cost = SPAN + attributes.bytes();
    if (spans >= MAX_SPANS || bytes + cost > MAX_BYTES) {
      left++;
      return false;
    }
    spans++;
    bytes += cost;
    return true;
  }

  /** How many spans found no room. */
  int leftOut() {
    return left;
  }
}
