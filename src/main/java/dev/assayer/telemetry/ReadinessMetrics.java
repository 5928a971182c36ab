package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Readiness, its parts, and the self-test. */
final class ReadinessMetrics {
  private final Level ready;
  private final Family<Level> holds;
  private final Family<Counter> transitions;
  private final Family<Level> selfTest;
  private final Map<String, Boolean> last = new ConcurrentHashMap<>();

  ReadinessMetrics(Meters meters) {
    ready = meters.gauges(Catalogue.READY).of();
    holds = meters.gauges(Catalogue.CONDITION_HOLDS);
    transitions = meters.counters(Catalogue.CONDITION_TRANSITIONS);
    selfTest = meters.gauges(Catalogue.SELF_TEST_SUCCESS);
    MetricLabels.SELF_TEST.values().forEach(selfTest::of);
  }

  void ready(boolean now) {
    ready.set(now);
  }

  void condition(String condition, boolean now) {
    if (!MetricLabels.CONDITION.values().contains(condition)) {
      return;
    }
    last.compute(
        condition,
        (name, before) -> {
          holds.of(name).set(now);
          transitions.of(name).increment(before == null || before == now ? 0 : 1);
          return now;
        });
  }

  void selfTest(String name, boolean success) {
    if (MetricLabels.SELF_TEST.values().contains(name)) {
      selfTest.of(name).set(success);
    }
  }
}
