package dev.assayer.telemetry;

import io.micrometer.core.instrument.Meter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The series of one metric. Their label names are those of the catalogue, whoever makes one, so
 * that no registry can lose a sample to other names.
 *
 * @param <S> what a series is told through
 */
final class Family<S> {
  /** One series, and what the registry knows it by. */
  record Series<S>(S handle, Meter meter) {}

  private final MetricSpec metric;
  private final BiFunction<MetricSpec, List<String>, Series<S>> maker;
  private final Consumer<Meter> remover;
  private final Map<List<String>, Series<S>> live = new ConcurrentHashMap<>();

  Family(
      MetricSpec metric,
      BiFunction<MetricSpec, List<String>, Series<S>> maker,
      Consumer<Meter> remover) {
    this.metric = metric;
    this.maker = maker;
    this.remover = remover;
  }

  /** The series with these values, in the order of the labels; a new one begins at zero. */
  S of(String... values) {
    List<String> key = List.of(values);
    Series<S> known = live.get(key);
    return known != null
        ? known.handle()
        : live.computeIfAbsent(key, missing -> maker.apply(metric, missing)).handle();
  }

  /** Ends the series whose values are such. */
  void removeIf(Predicate<List<String>> which) {
    live.entrySet()
        .removeIf(series -> {
          boolean gone = which.test(series.getKey());
          if (gone) {
            remover.accept(series.getValue().meter());
          }
          return gone;
        });
  }
}
