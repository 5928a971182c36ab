package dev.assayer.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Makes the metrics of a {@link MetricSpec}, and writes all there are. */
final class Meters {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OPEN_METRICS_TYPE = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final int FIRST_BYTES = 256 * 1024;
  private static final String TOTAL = "_total";
  private static final String SECONDS = "_seconds";
  private static final String INFO = "_info";

  private final PrometheusMeterRegistry registry;

  /**
   * OpenMetrics 1.0 has exemplars on counters and buckets only. The library also writes them on
   * {@code _count}, and for that Prometheus 2.42 refuses the whole scrape.
   */
  private static final class SpecifiedExemplars implements PrometheusConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public Properties prometheusProperties() {
      Properties properties = new Properties();
      properties.setProperty("io.prometheus.exporter.exemplars_on_all_metric_types", "false");
      return properties;
    }
  }

  /** Exemplars, where there are any, point at {@code trace}. */
  Meters(KeptTrace trace) {
    registry =
        new PrometheusMeterRegistry(
                new SpecifiedExemplars(), new PrometheusRegistry(), Clock.SYSTEM, trace)
            .throwExceptionOnRegistrationFailure();
  }

  Family<Counter> counters(MetricSpec metric) {
    require(metric, Catalogue.Type.COUNTER);
    return new Family<>(metric, this::counter, registry::remove);
  }

  Family<Level> gauges(MetricSpec metric) {
    require(metric, Catalogue.Type.GAUGE);
    return new Family<>(metric, this::gauge, registry::remove);
  }

  Family<Timer> timers(MetricSpec metric) {
    require(metric, Catalogue.Type.HISTOGRAM);
    return new Family<>(metric, this::timer, registry::remove);
  }

  /**
   * All samples in the format that a scraper prefers.
   *
   * @param accept value of its Accept header, empty for none
   */
  Scrape scrape(String accept) {
    boolean open = accept.toLowerCase(Locale.ROOT).contains(OPEN_METRICS);
    String type = open ? OPEN_METRICS_TYPE : TEXT_TYPE;
    ByteArrayOutputStream body = new ByteArrayOutputStream(FIRST_BYTES);
    try {
      registry.scrape(body, type);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return new Scrape(type, body.toByteArray());
  }

  private Family.Series<Counter> counter(MetricSpec metric, List<String> values) {
    Counter made =
        Counter.builder(without(TOTAL, metric.metric()))
            .description(metric.meaning())
            .tags(tags(metric, values))
            .register(registry);
    return new Family.Series<>(made, made);
  }

  private Family.Series<Level> gauge(MetricSpec metric, List<String> values) {
    Level level = new Level();
    Gauge made =
        Gauge.builder(gaugeName(metric), level, Level::get)
            .strongReference(true)
            .description(metric.meaning())
            .tags(tags(metric, values))
            .register(registry);
    return new Family.Series<>(level, made);
  }

  private Family.Series<Timer> timer(MetricSpec metric, List<String> values) {
    Timer made =
        Timer.builder(without(SECONDS, metric.metric()))
            .description(metric.meaning())
            .tags(tags(metric, values))
            .serviceLevelObjectives(metric.buckets().toArray(Duration[]::new))
            .register(registry);
    return new Family.Series<>(made, made);
  }

  private static List<Tag> tags(MetricSpec metric, List<String> values) {
    List<MetricLabel> labels = metric.labels();
    if (labels.size() != values.size()) {
      throw new IllegalArgumentException(metric.metric() + " with " + values.size() + " labels");
    }
    List<Tag> tags = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      tags.add(Tag.of(labels.get(i).name(), values.get(i)));
    }
    return tags;
  }

  /** A gauge whose value is asked for at each scrape. */
  void gauge(MetricSpec metric, Supplier<Number> value, String... labels) {
    require(metric, Catalogue.Type.GAUGE);
    Gauge.builder(gaugeName(metric), value)
        .description(metric.meaning())
        .tags(tags(metric, List.of(labels)))
        .register(registry);
  }

  /** A counter whose value is asked for at each scrape; {@code source} must live as long. */
  <T> void counter(MetricSpec metric, T source, ToDoubleFunction<T> value) {
    require(metric, Catalogue.Type.COUNTER);
    FunctionCounter.builder(without(TOTAL, metric.metric()), source, value)
        .description(metric.meaning())
        .register(registry);
  }

  /**
   * Numbers and milliseconds that are asked for at each scrape; {@code source} must live as long.
   */
  <T> void summary(
      MetricSpec metric,
      T source,
      ToLongFunction<T> count,
      ToDoubleFunction<T> millis,
      String... labels) {
    require(metric, Catalogue.Type.SUMMARY);
    FunctionTimer.builder(
            without(SECONDS, metric.metric()), source, count, millis, TimeUnit.MILLISECONDS)
        .description(metric.meaning())
        .tags(tags(metric, List.of(labels)))
        .register(registry);
  }

  /** The registry takes the ending only behind a dot. */
  private static String gaugeName(MetricSpec metric) {
    String name = metric.metric();
    return name.endsWith(INFO) ? without(INFO, name) + ".info" : name;
  }

  /** The registry puts this ending on by itself. */
  private static String without(String ending, String name) {
    return name.substring(0, name.length() - ending.length());
  }

  private static void require(MetricSpec metric, Catalogue.Type type) {
    if (metric.type() != type) {
      throw new IllegalArgumentException(metric.metric() + " is no " + type);
    }
  }
}
