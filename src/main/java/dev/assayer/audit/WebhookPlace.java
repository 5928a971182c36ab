package dev.assayer.audit;

import dev.assayer.remote.Courier;
import dev.assayer.remote.CourierResult;
import dev.assayer.remote.Parcel;
import dev.assayer.time.Deadline;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A server to which each checkpoint is posted as it is. */
public final class WebhookPlace implements CheckpointPlace {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Courier courier;
  private final URI to;

  /** Posts there. */
  public WebhookPlace(Courier courier, URI to) {
    this.courier = courier;
    this.to = to;
  }

  @Override
  public String code() {
    return "webhook";
  }

  @Override
  public Kept keep(Offer offer) {
    Map<String, String> headers = Map.of("Content-Type", "text/plain; charset=utf-8");
    Parcel parcel = new Parcel(to, headers, offer.note());
    return switch (courier.post(parcel, Deadline.after(PATIENCE))) {
      case CourierResult.Delivered _ -> new Kept.Done(Optional.empty());
      case CourierResult.Refused(int status, _, _) ->
          new Kept.Failed("the webhook answered " + status);
      case CourierResult.Failed(_, String why) -> new Kept.Failed("the webhook: " + why);
      case CourierResult.Unsent(String why, _) -> new Kept.Failed("the webhook: " + why);
    };
  }
}
