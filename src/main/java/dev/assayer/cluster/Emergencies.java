package dev.assayer.cluster;

import dev.assayer.cluster.BreakGlassReader.Read;
import dev.assayer.json.JsonObject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Knows the break-glass objects of the own namespace by looking for them again and again. Each is
 * checked as a whole at every look. None counts when the API server was not heard for {@link
 * #HEARD}: nobody could take a grant back then.
 */
final class Emergencies implements EmergencySource {
  /** How often {@link #poll} should be called. */
  static final Duration PERIOD = Duration.ofSeconds(2);

  static final Duration HEARD = Duration.ofSeconds(30);

  /** Objects beyond so many, the oldest first, are not honoured. */
  static final int MOST = 50;

  private static final System.Logger LOGGER = System.getLogger(Emergencies.class.getName());

  private final KubeApi api;
  private final String namespace;
  private final BreakGlassReader reader;
  private final ClusterObserver observer;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  private volatile Optional<Look> last = Optional.empty();

  /** The result of each object that is there, by UID, so that each is told once. */
  private Map<String, String> told = Map.of();

  private Map<String, Grant> before = Map.of();

  /**
   * A grant.
   *
   * @param end by the monotonic clock, so that a clock that is set back prolongs nothing
   */
  private record Grant(BreakGlass glass, long end) {}

  private record Look(Map<String, Grant> grants, long at) {}

  Emergencies(
      KubeApi api, ClusterSettings settings, ClusterObserver observer, InstantSource clock) {
    this(api, settings, observer, clock, System::nanoTime);
  }

  Emergencies(
      KubeApi api,
      ClusterSettings settings,
      ClusterObserver observer,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.api = api.patient(Duration.ofSeconds(2));
    namespace = settings.namespace();
    reader = new BreakGlassReader(settings);
    this.observer = observer;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  @Override
  public List<BreakGlass> active(Instant now) {
    long nanos = nanoTime.getAsLong();
    return last.filter(look -> nanos - look.at() < HEARD.toNanos()).stream()
        .flatMap(look -> look.grants().values().stream())
        .filter(grant -> nanos - grant.end() < 0 && now.isBefore(grant.glass().expiry()))
        .filter(grant -> !grant.glass().created().isAfter(now.plus(BreakGlassReader.SKEW)))
        .map(Grant::glass)
        .toList();
  }

  /** Looks once; for one thread in the background. */
  void poll() {
    long asked = nanoTime.getAsLong();
    KubeAnswer answer =
        api.list(Resource.CONFIG_MAP, Optional.of(namespace), BreakGlassReader.LABEL + "=true");
    if (answer instanceof KubeAnswer.Found(JsonObject list)) {
      last = Optional.of(new Look(grants(list, asked), asked));
    }
    Instant now = clock.instant();
    List<BreakGlass> active = active(now);
    tellChanges(active, now, answer);
    observer.breakGlass(
        active.size(), active.stream().map(BreakGlass::expiry).max(Instant::compareTo));
  }

  private Map<String, Grant> grants(JsonObject list, long asked) {
    Instant now = clock.instant();
    Map<String, Grant> known = last.map(Look::grants).orElse(Map.of());
    Map<String, Grant> grants = new LinkedHashMap<>();
    Map<String, String> results = new LinkedHashMap<>();
    List<JsonObject> objects = new ArrayList<>(Text.objects(list, "items"));
    objects.sort(
        Comparator.comparing((JsonObject map) -> Text.text(map, "metadata", "creationTimestamp"))
            .thenComparing(map -> Text.text(map, "metadata", "uid")));
    for (JsonObject map : objects) {
      Read read = reader.read(map, now);
      if (read instanceof Read.Good(BreakGlass glass)) {
        if (grants.size() == MOST) {
          read = new Read.Bad("there are " + MOST + " older ones, the most that are honoured");
        } else {
          long end = asked + Duration.between(now, glass.expiry()).toNanos();
          long first = Optional.ofNullable(known.get(glass.uid())).map(Grant::end).orElse(end);
          grants.put(glass.uid(), new Grant(glass, end - first < 0 ? end : first));
        }
      }
      tell(map, read, results);
    }
    told = Map.copyOf(results);
    return grants;
  }

  private void tell(JsonObject map, Read read, Map<String, String> results) {
    String uid = Text.text(map, "metadata", "uid");
    String result =
        switch (read) {
          case Read.Good _ -> "accepted";
          case Read.Over _ -> "expired";
          case Read.Bad _ -> "refused";
        };
    results.put(uid, result);
    if (result.equals(told.get(uid))) {
      return;
    }
    observer.breakGlassSeen(result);
    if (read instanceof Read.Bad(String why)) {
      LOGGER.log(
          Level.ERROR,
          "break-glass {0} is not honoured: {1}",
          Text.safe(Text.text(map, "metadata", "name")),
          Text.safe(why));
    }
  }

  private void tellChanges(List<BreakGlass> active, Instant now, KubeAnswer answer) {
    Map<String, Grant> grants = last.map(Look::grants).orElse(Map.of());
    Map<String, Grant> after = new LinkedHashMap<>();
    for (BreakGlass glass : active) {
      Optional.ofNullable(grants.get(glass.uid()))
          .ifPresent(grant -> after.put(glass.uid(), grant));
      if (!before.containsKey(glass.uid())) {
        LOGGER.log(
            Level.WARNING,
            "the glass is broken by {0}: images {1} in namespace {2} are admitted unverified until"
                + " {3}, asked for by {4}: {5}",
            Text.safe(glass.name()),
            Text.safe(glass.pattern()),
            glass.namespace(),
            glass.expiry(),
            Text.safe(glass.requestedBy()),
            Text.safe(glass.reason()));
      }
    }
    before.forEach((uid, grant) -> {
      if (!after.containsKey(uid)) {
        LOGGER.log(
            Level.WARNING,
            "break-glass {0} is over: {1}",
            Text.safe(grant.glass().name()),
            cause(grant, grants.containsKey(uid), now, answer));
      }
    });
    before = Map.copyOf(after);
  }

  private String cause(Grant grant, boolean there, Instant now, KubeAnswer answer) {
    if (!there) {
      return "it was deleted, or is not honoured any more";
    }
    boolean expired =
        !now.isBefore(grant.glass().expiry()) || nanoTime.getAsLong() - grant.end() >= 0;
    return expired
        ? "it has expired"
        : "for " + HEARD.toSeconds() + " s nobody could take it back: " + answer.detail();
  }
}
