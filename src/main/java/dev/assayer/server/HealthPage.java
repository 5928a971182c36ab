package dev.assayer.server;

/**
 * An answer of the admin listener.
 *
 * @param status HTTP status
 * @param json the body
 */
record HealthPage(int status, String json) {
  private static final int GOOD = 200;
  private static final int BAD = 503;

  static HealthPage of(boolean good, String json) {
    return new HealthPage(good ? GOOD : BAD, json);
  }
}
