package dev.assayer.cluster;

import dev.assayer.cluster.Sentinel.Look;
import dev.assayer.cluster.Sentinel.Wanted;
import dev.assayer.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for the bootstrap sentinel, and counts each pod under its name once for what it is. */
final class SentinelWatch {
  private static final System.Logger LOGGER = System.getLogger(SentinelWatch.class.getName());

  /** Pods that are remembered as counted; whoever makes more of them is counted anew. */
  private static final int REMEMBERED = 1000;

  private final KubeApi api;
  private final ClusterSettings settings;
  private final ClusterObserver observer;
  private final InstantSource clock;
  private final Set<String> counted = new HashSet<>();
  private Set<String> images = Set.of();

  SentinelWatch(
      KubeApi api, ClusterSettings settings, ClusterObserver observer, InstantSource clock) {
    this.api = api;
    this.settings = settings;
    this.observer = observer;
    this.clock = clock;
  }

  /**
   * What is under the sentinel's name now.
   *
   * @param honourable whether it may stand for the webhook, if that was never seen
   * @param bad whether it is forged or expired
   * @param started when it was made
   * @param why one clause
   * @param trouble why that could not be found out
   */
  record Seen(
      boolean honourable,
      boolean bad,
      Optional<Instant> started,
      String why,
      Optional<String> trouble) {
    private static Seen none(String why) {
      return new Seen(false, false, Optional.empty(), why, Optional.empty());
    }

    private static Seen unknown(String why) {
      return new Seen(
          false,
          false,
          Optional.empty(),
          "the bootstrap sentinel cannot be judged: " + why,
          Optional.of(why));
    }
  }

  Seen look(Optional<String> namespaceUid) {
    Optional<String> in = Optional.of(settings.namespace());
    KubeAnswer answer = api.get(Resource.POD, in, Sentinel.NAME);
    if (answer instanceof KubeAnswer.Absent) {
      return Seen.none("there is no bootstrap sentinel");
    }
    if (!(answer instanceof KubeAnswer.Found(JsonObject pod))) {
      return Seen.unknown(answer.detail());
    }
    if (namespaceUid.isEmpty()) {
      return Seen.unknown("the UID of the namespace is not known");
    }
    Optional<String> trouble = ownImages(in);
    if (trouble.isPresent()) {
      return Seen.unknown(trouble.get());
    }
    Wanted wanted =
        new Wanted(settings.release(), settings.hooksAccount(), namespaceUid.get(), images);
    Look look = Sentinel.judge(pod, wanted, clock.instant());
    look.result().ifPresent(result -> count(look, result));
    boolean bad = look.result().isPresent() && !look.genuine();
    return new Seen(look.genuine(), bad, look.started(), look.why(), Optional.empty());
  }

  private Optional<String> ownImages(Optional<String> in) {
    if (!images.isEmpty()) {
      return Optional.empty();
    }
    if (settings.pod().isEmpty()) {
      return Optional.of(ClusterSettings.POD + " is not set, so the own image is not known");
    }
    KubeAnswer answer = api.get(Resource.POD, in, settings.pod());
    if (answer instanceof KubeAnswer.Found(JsonObject own)) {
      images =
          Text.objects(own, "spec", "containers").stream()
              .map(container -> Text.text(container, "image"))
              .filter(image -> !image.isEmpty())
              .collect(Collectors.toUnmodifiableSet());
      return Optional.empty();
    }
    return Optional.of(answer.detail());
  }

  private void count(Look look, SentinelResult result) {
    if (counted.size() >= REMEMBERED) {
      counted.clear();
    }
    if (!counted.add(result.code() + " " + look.uid())) {
      return;
    }
    observer.sentinelSeen(result);
    LOGGER.log(
        result == SentinelResult.GENUINE ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
        "{0} sentinel, pod {1}: {2}",
        result.code(),
        Text.safe(look.uid()),
        look.why());
  }
}
