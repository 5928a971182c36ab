package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the bootstrap sentinel's pod does: it announces itself with the UID of its namespace, and
 * lives until the webhook comes or its lifetime is over. Where the webhook is there from the
 * beginning, as after a rollback, it is not needed but stays: Helm waits until all of a release is
 * ready at the same time, and a pod that has ended is not.
 */
public final class SentinelRun {
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final KubeApi api;
  private final ClusterSettings settings;
  private final Duration lifetime;
  private final List<String> done = new ArrayList<>();

  /**
   * For one run.
   *
   * @param lifetime from now on, at most five minutes
   */
  public SentinelRun(KubeApi api, ClusterSettings settings, Duration lifetime) {
    this.api = api;
    this.settings = settings;
    this.lifetime = lifetime.compareTo(Sentinel.LIFETIME) > 0 ? Sentinel.LIFETIME : lifetime;
  }

  /** Runs to the end. */
  public Outcome run() {
    long end = System.nanoTime() + lifetime.toNanos();
    if (!settings.pod().equals(Sentinel.NAME)) {
      return new Outcome.Failed(
          done,
          "the sentinel is the pod "
              + Sentinel.NAME
              + ", and "
              + ClusterSettings.POD
              + " is \""
              + Text.safe(settings.pod())
              + "\"; the chart starts it",
          true);
    }
    boolean announced = false;
    boolean missed = false;
    String last = "";
    try {
      while (System.nanoTime() - end < 0) {
        if (!announced) {
          KubeAnswer answer = announce();
          last = answer.detail();
          if (answer instanceof KubeAnswer.Forbidden || answer instanceof KubeAnswer.Invalid) {
            return new Outcome.Failed(done, answer.detail(), false);
          }
          announced = answer instanceof KubeAnswer.Found;
          if (announced) {
            done.add("announced with the UID of namespace " + settings.namespace());
          }
        }
        boolean installed = installed();
        if (missed && installed) {
          done.add("the webhook is there");
          return new Outcome.Done(done);
        }
        missed |= !installed;
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    if (!announced) {
      return new Outcome.Failed(done, last, false);
    }
    done.add("the lifetime is over");
    return new Outcome.Done(done);
  }

  private KubeAnswer announce() {
    KubeAnswer answer = api.get(Resource.NAMESPACE, Optional.empty(), settings.namespace());
    if (!(answer instanceof KubeAnswer.Found(JsonObject namespace))) {
      return answer;
    }
    JsonObject annotations =
        JsonObject.builder()
            .put(Sentinel.UID_ANNOTATION, Text.text(namespace, "metadata", "uid"))
            .build();
    return api.merge(
        Resource.POD,
        Optional.of(settings.namespace()),
        Sentinel.NAME,
        JsonObject.builder()
            .put("metadata", JsonObject.builder().put("annotations", annotations).build())
            .build());
  }

  private boolean installed() {
    return PackagedWebhooks.ORDER.stream()
        .allMatch(resource ->
            api.get(resource, Optional.empty(), settings.release()) instanceof KubeAnswer.Found);
  }
}
