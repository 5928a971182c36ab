package dev.assayer.watch;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A site and the faults that are caused on it one after the other.
 *
 * @param quiet for how long nothing may fire before the first fault
 * @param everyday what is done meanwhile, and is no fault
 */
record Lane(Site site, Duration quiet, Site.Step everyday, Map<FaultKind, Steps> faults) {
  private static final Duration SHORT = Site.PACE.of(Duration.ofMinutes(6));

  /** How a fault comes and goes. */
  record Steps(Site.Step inject, Site.Step undo) {}

  /** Makes a lane of a new site when its turn has come. */
  @FunctionalInterface
  interface Opening {
    Lane open(Site site) throws Exception;
  }

  static Lane on(Site site) {
    return new Lane(site, SHORT, () -> {}, new LinkedHashMap<>());
  }

  /** One without a fault. */
  static Lane quiet(Site site, Duration time, Site.Step everyday) {
    return new Lane(site, time, everyday, Map.of());
  }

  Lane fault(FaultKind kind, Site.Step inject, Site.Step undo) {
    faults.put(kind, new Steps(inject, undo));
    return this;
  }
}
