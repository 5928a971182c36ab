package dev.assayer.server;

import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.server.Lifecycle.Phase;
import dev.assayer.server.ReadinessTerm.Status;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the health paths of the admin listener answer. None of them causes a call to anybody. */
final class HealthPages {
  private final Readiness readiness;
  private final Lifecycle lifecycle;
  private final BooleanSupplier livenessIncludesNotary;
  private final Supplier<Status> notary;

  /**
   * The pages.
   *
   * @param livenessIncludesNotary {@code liveness.notary} of the configuration in force
   * @param notary how the Notary servers stand, as far as liveness may include them
   */
  HealthPages(
      Readiness readiness,
      Lifecycle lifecycle,
      BooleanSupplier livenessIncludesNotary,
      Supplier<Status> notary) {
    this.readiness = readiness;
    this.lifecycle = lifecycle;
    this.livenessIncludesNotary = livenessIncludesNotary;
    this.notary = notary;
  }

  /** {@code GET /health/ready}: 200 if requests should come. */
  HealthPage ready() {
    return readiness.ready();
  }

  /** {@code GET /health/live}: 200 if a restart would not help. */
  HealthPage live() {
    if (!livenessIncludesNotary.getAsBoolean()) {
      return page(true, "alive", "the process works; liveness says nothing about others");
    }
    Status status = notary.get();
    return page(status.holds(), status.holds() ? "alive" : "not_alive", status.detail());
  }

  /** {@code GET /health/started}: 200 once the process has started, also while it drains. */
  HealthPage started() {
    boolean started = lifecycle.phase() != Phase.STARTING;
    return page(started, started ? "started" : "starting", lifecycle.readiness().detail());
  }

  private static HealthPage page(boolean good, String status, String detail) {
    return HealthPage.of(
        good,
        JsonText.compact(JsonObject.builder().put("status", status).put("detail", detail).build()));
  }
}
