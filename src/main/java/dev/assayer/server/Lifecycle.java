package dev.assayer.server;

import dev.assayer.server.ReadinessTerm.Status;
import java.util.concurrent.atomic.AtomicReference;

/** The life of the process: it starts, serves, and drains. There is no way back. */
final class Lifecycle {
  /** Where the process stands. */
  enum Phase {
    STARTING,
    SERVING,
    DRAINING
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);

  /** The listeners are up and warm. Without effect once draining. */
  void serve() {
    phase.compareAndSet(Phase.STARTING, Phase.SERVING);
  }

  /** The process is to end: no new requests, please. */
  void drain() {
    phase.set(Phase.DRAINING);
  }

  Phase phase() {
    return phase.get();
  }

  /** The gating term {@code serving}. */
  Status readiness() {
    return switch (phase.get()) {
      case STARTING -> Status.gating(false, "starting: warming up");
      case SERVING -> Status.gating(true, "serving");
      case DRAINING -> Status.gating(false, "draining: the process ends");
    };
  }
}
