package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.decision.TraceRef;
import dev.assayer.time.Deadline;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides with one configuration a review: the one in force when the review begins. */
final class Reviews implements ReviewService {
  private final Supplier<Held> held;

  /** The use of an {@link Assayer} for one review. */
  private record Held(Assayer assayer, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  private Reviews(Supplier<Held> held) {
    this.held = held;
  }

  /** With whatever configuration is in force. */
  static Reviews under(LiveConfig live) {
    return new Reviews(() -> {
      Lease lease = live.lease();
      return new Held(lease.assayer(), lease::close);
    });
  }

  /** Always with this one. */
  static Reviews by(Assayer assayer) {
    return new Reviews(() -> new Held(assayer, () -> {}));
  }

  @Override
  public ReviewAnswer review(
      byte[] body, Deadline deadline, String endpoint, String caller, Optional<TraceRef> trace) {
    try (Held now = held.get()) {
      return now.assayer().review(body, deadline, endpoint, caller, trace);
    }
  }

  @Override
  public ReviewAnswer overload(
      InputStream body,
      long length,
      Deadline deadline,
      String endpoint,
      String caller,
      Optional<TraceRef> trace,
      String detail) {
    try (Held now = held.get()) {
      return now.assayer().overload(body, deadline, endpoint, caller, trace, detail);
    }
  }
}
