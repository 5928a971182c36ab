package dev.assayer.telemetry;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What is told of running images, of this process itself, and of the operator page. Values outside
 * a label's closed set are not counted; no call blocks or throws.
 */
public final class GuardMetrics {
  private final Map<String, Level> images;
  private final Level checked;
  private final Level took;
  private final Family<Level> unexpected;
  private final Family<Level> missing;
  private final Level integrity;
  private final Family<Level> foreign;
  private final Map<String, Counter> page;

  GuardMetrics(Meters meters) {
    Family<Level> states = meters.gauges(GuardCatalogue.RUNNING_IMAGES);
    images = ClosedSeries.of(GuardCatalogue.RUNNING_IMAGES.labels().getFirst(), states::of);
    checked = meters.gauges(GuardCatalogue.RUNNING_IMAGES_CHECKED).of();
    took = meters.gauges(GuardCatalogue.RUNNING_IMAGES_DURATION).of();
    unexpected = meters.gauges(GuardCatalogue.UNEXPECTED_PERMISSIONS);
    missing = meters.gauges(GuardCatalogue.MISSING_PERMISSIONS);
    integrity = meters.gauges(GuardCatalogue.SELF_INTEGRITY).of();
    foreign = meters.gauges(GuardCatalogue.FOREIGN_ENDPOINTS);
    Family<Counter> requests = meters.counters(GuardCatalogue.PAGE_REQUESTS);
    page = ClosedSeries.of(GuardCatalogue.PAGE_REQUESTS.labels().getFirst(), requests::of);
  }

  /** A complete look at running images ended: how many there are by state. */
  public void runningImages(Map<String, Long> byState, Instant ended, Duration lasted) {
    images.forEach((state, level) -> level.set((double) byState.getOrDefault(state, 0L)));
    checked.set((double) ended.getEpochSecond());
    took.set(lasted.toNanos() / 1e9);
  }

  /** This replica does not know how it is with running images. */
  public void runningImagesUnknown() {
    images.values().forEach(level -> level.set(0));
    checked.set(0);
    took.set(0);
  }

  /** The rights of the own account were looked at. */
  public void permissions(int beyond, int lacking) {
    unexpected.of().set(beyond);
    missing.of().set(lacking);
  }

  /** The own code was looked at. */
  public void integrity(int mismatches) {
    integrity.set(mismatches);
  }

  /** Something became of a request to the operator page. */
  public void page(String result) {
    Counter counter = page.get(result);
    if (counter != null) {
      counter.increment();
    }
  }

  /** The endpoints of the own Service were looked at. */
  public void foreignEndpoints(int endpoints) {
    foreign.of().set(endpoints);
  }
}
