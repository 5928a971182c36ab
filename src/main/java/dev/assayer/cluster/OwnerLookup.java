package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.state.SingleFlight;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks owners up by the API. Who asks for the same owner at the same time shares one call; nothing
 * is remembered beyond that, because an owner may change.
 */
final class OwnerLookup implements OwnerSource {
  /** Bounds a call that nobody waits for any more. */
  private static final Duration CALL = Duration.ofSeconds(2);

  private static final int MAX_NAME = 253;

  private final KubeApi api;
  private final ClusterObserver observer;
  private final SingleFlight<Claim, Claim, Found> flights = new SingleFlight<>();

  OwnerLookup(KubeApi api, ClusterObserver observer) {
    this.api = api.patient(CALL);
    this.observer = observer;
  }

  @Override
  public Found find(Claim claim, Duration patience) {
    Found found = answer(claim, patience);
    observer.ownerLookedUp(
        switch (found) {
          case Found.Living _ -> "living";
          case Found.Refuted _ -> "refuted";
          case Found.Unknown _ -> "unknown";
        });
    return found;
  }

  private Found answer(Claim claim, Duration patience) {
    Optional<Resource> resource = Resource.owner(claim.apiVersion(), claim.kind());
    if (resource.isEmpty()) {
      return new Found.Unknown("objects of this kind are not looked up");
    }
    if (!isName(claim.namespace()) || !isName(claim.name())) {
      return new Found.Refuted("no object can have this name");
    }
    SingleFlight.Flight<Claim, Found> flight =
        flights.join(claim, () -> claim, asked -> ask(resource.get(), asked));
    try {
      return flight.result().get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      return new Found.Unknown("no answer within " + patience.toMillis() + " ms");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Found.Unknown("the process ends");
    } catch (ExecutionException failed) {
      return new Found.Unknown("the look-up failed");
    }
  }

  private Found ask(Resource resource, Claim claim) {
    return switch (api.get(resource, Optional.of(claim.namespace()), claim.name())) {
      case KubeAnswer.Found(JsonObject object) -> judged(object, claim);
      case KubeAnswer.Absent _ -> new Found.Refuted("there is no such object");
      case KubeAnswer other -> new Found.Unknown(other.detail());
    };
  }

  private static Found judged(JsonObject object, Claim claim) {
    boolean same =
        Text.text(object, "metadata", "uid").equals(claim.uid())
            && Text.text(object, "metadata", "namespace").equals(claim.namespace())
            && Text.text(object, "metadata", "name").equals(claim.name());
    if (!same) {
      return new Found.Refuted("the object of this name is another one");
    }
    Optional<Json> deleted = Text.at(object, "metadata", "deletionTimestamp");
    return deleted.isEmpty() || deleted.get() instanceof JsonNull
        ? new Found.Living(object)
        : new Found.Refuted("it is being deleted");
  }

  /** A DNS subdomain as far as it matters here: one step of a path, and of this namespace. */
  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_NAME
        && text.chars()
            .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')
        && text.charAt(0) != '.';
  }
}
