package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks who stands behind the webhook's Service. A pod of somebody else there, or an address that
 * somebody wrote into an EndpointSlice, would get requests in our place; TLS keeps it from
 * answering unless it has the key too.
 */
public final class WebhookEndpoints {
  private static final String SERVICE = "kubernetes.io/service-name=";
  private static final String RELEASE = "assayer.dev/release";

  /** Pods that are looked up for one look; beyond that an endpoint counts as foreign. */
  private static final int MOST_PODS = 200;

  private final KubeApi api;
  private final ClusterSettings settings;

  WebhookEndpoints(KubeApi api, ClusterSettings settings) {
    this.api = api;
    this.settings = settings;
  }

  /** What was found. */
  public sealed interface Found {
    /**
     * All are known.
     *
     * @param all how many there are
     * @param foreign each one that is no pod of this release, in words
     */
    record Known(int all, List<String> foreign) implements Found {
      /** Copies the list. */
      public Known {
        foreign = List.copyOf(foreign);
      }
    }

    /** The API server did not say. */
    record Unknown(String why) implements Found {}
  }

  /** Asks; a call, and one for each pod. */
  public Found look() {
    Optional<String> in = Optional.of(settings.namespace());
    KubeAnswer answer = api.list(Resource.ENDPOINT_SLICE, in, SERVICE + settings.release());
    if (!(answer instanceof KubeAnswer.Found(JsonObject slices))) {
      return new Found.Unknown(answer.detail());
    }
    Map<String, KubeAnswer> pods = new HashMap<>();
    List<String> foreign = new ArrayList<>();
    int all = 0;
    for (JsonObject slice : Text.objects(slices, "items")) {
      for (JsonObject endpoint : Text.objects(slice, "endpoints")) {
        all++;
        String name = pod(endpoint);
        if (!name.isEmpty() && (pods.containsKey(name) || pods.size() < MOST_PODS)) {
          KubeAnswer pod = pods.computeIfAbsent(name, at -> api.get(Resource.POD, in, at));
          if (!(pod instanceof KubeAnswer.Found) && !(pod instanceof KubeAnswer.Absent)) {
            return new Found.Unknown(pod.detail());
          }
          if (pod instanceof KubeAnswer.Found(JsonObject found) && isOurs(found, endpoint)) {
            continue;
          }
        }
        foreign.add(words(slice, endpoint, name));
      }
    }
    return new Found.Known(all, foreign);
  }

  private static String pod(JsonObject endpoint) {
    return Text.text(endpoint, "targetRef", "kind").equals("Pod")
        ? Text.text(endpoint, "targetRef", "name")
        : "";
  }

  /** By account, label and controller, and with no address but its own. */
  private boolean isOurs(JsonObject pod, JsonObject endpoint) {
    String account =
        settings.serviceAccount().isEmpty() ? settings.release() : settings.serviceAccount();
    List<String> addresses =
        Text.objects(pod, "status", "podIPs").stream().map(ip -> Text.text(ip, "ip")).toList();
    return Text.text(pod, "metadata", "uid").equals(Text.text(endpoint, "targetRef", "uid"))
        && Text.text(pod, "metadata", "labels", RELEASE).equals(settings.release())
        && Text.text(pod, "spec", "serviceAccountName").equals(account)
        && RunningPods.controller(pod).filter(this::isOurs).isPresent()
        && addresses.containsAll(Text.strings(endpoint, "addresses"));
  }

  /** A Deployment names its ReplicaSets after itself, with one more component. */
  private boolean isOurs(RunningPod.Controller owner) {
    String release = settings.release();
    return switch (owner.kind()) {
      case "StatefulSet" -> owner.name().equals(release);
      case "ReplicaSet" ->
          owner.name().startsWith(release + '-')
              && owner.name().indexOf('-', release.length() + 1) < 0;
      default -> false;
    };
  }

  private static String words(JsonObject slice, JsonObject endpoint, String pod) {
    return Text.safe(
        (pod.isEmpty() ? "no pod" : "pod " + pod)
            + " at "
            + String.join(",", Text.strings(endpoint, "addresses"))
            + " in EndpointSlice "
            + Text.text(slice, "metadata", "name"),
        200);
  }
}
