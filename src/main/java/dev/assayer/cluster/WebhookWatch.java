package dev.assayer.cluster;

import dev.assayer.cluster.WebhookStanding.Part;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks again and again whether the webhook objects are there and as they were applied, and whether
 * a sentinel stands for them. What cannot be found out stays as it was known last; what was never
 * known does not hold.
 */
final class WebhookWatch {
  private static final System.Logger LOGGER = System.getLogger(WebhookWatch.class.getName());

  private final KubeApi api;
  private final ClusterSettings settings;
  private final ClusterObserver observer;
  private final InstantSource clock;
  private final Supplier<List<X509Certificate>> served;
  private final SeenMarker marker;
  private final SentinelWatch sentinels;
  private final List<String> troubles = new ArrayList<>();
  private Optional<String> namespaceUid = Optional.empty();
  private Optional<PackagedWebhooks> packaged = Optional.empty();
  private Optional<Boolean> present = Optional.empty();
  private Optional<Instant> presentAt = Optional.empty();
  private Map<DriftField, String> drift = Map.of();
  private boolean seen;
  private boolean marked;
  private volatile WebhookStanding standing = WebhookStanding.unknown();

  WebhookWatch(
      KubeApi api,
      ClusterSettings settings,
      ClusterObserver observer,
      InstantSource clock,
      Supplier<List<X509Certificate>> served) {
    this.api = api;
    this.settings = settings;
    this.observer = observer;
    this.clock = clock;
    this.served = served;
    marker = new SeenMarker(api, settings);
    sentinels = new SentinelWatch(api, settings, observer, clock);
  }

  WebhookStanding standing() {
    return standing;
  }

  /** Looks once. To be called again and again by one thread. */
  void poll() {
    troubles.clear();
    if (namespaceUid.isEmpty()) {
      namespaceUid = uid();
    }
    look();
    if (seen && !marked) {
      mark();
    }
    SentinelWatch.Seen sentinel = sentinels.look(namespaceUid);
    sentinel.trouble().ifPresent(troubles::add);
    Part term = term(sentinel);
    observer.sentinelHonoured(
        term.holds() && !present.orElse(false) ? sentinel.started() : Optional.empty());
    Part before = standing.integrity();
    standing =
        new WebhookStanding(
            term,
            integrity(),
            new Part(!sentinel.bad(), sentinel.why()),
            troubles.isEmpty()
                ? new Part(true, "the API server answers")
                : new Part(false, String.join("; ", troubles)),
            drift);
    if (!standing.integrity().equals(before)) {
      LOGGER.log(
          standing.integrity().holds() ? System.Logger.Level.INFO : System.Logger.Level.ERROR,
          "webhook objects: {0}",
          standing.integrity().detail());
    }
  }

  private Optional<String> uid() {
    KubeAnswer answer = api.get(Resource.NAMESPACE, Optional.empty(), settings.namespace());
    if (answer instanceof KubeAnswer.Found(JsonObject namespace)) {
      return Optional.of(Text.text(namespace, "metadata", "uid")).filter(uid -> !uid.isEmpty());
    }
    troubles.add(answer.detail());
    return Optional.empty();
  }

  private void look() {
    readPackaged();
    Map<Resource, JsonObject> live = new LinkedHashMap<>();
    boolean absent = false;
    for (Resource resource : PackagedWebhooks.ORDER) {
      KubeAnswer answer = api.get(resource, Optional.empty(), settings.release());
      switch (answer) {
        case KubeAnswer.Found(JsonObject object) -> {
          live.put(resource, object);
          // An object without entries is called by nobody.
          absent |= Text.objects(object, "webhooks").isEmpty();
        }
        case KubeAnswer.Absent _ -> absent = true;
        default -> troubles.add(answer.detail());
      }
    }
    if (absent) {
      present = Optional.of(false);
    } else if (live.size() == PackagedWebhooks.ORDER.size()) {
      present = Optional.of(true);
      presentAt = Optional.of(clock.instant());
      seen = true;
    } else {
      return; // not known now: what was known stays
    }
    drift = drift(live);
    observer.webhook(present.get(), drift.keySet());
    observer.webhookTimeout(timeout(live));
  }

  private void readPackaged() {
    KubeAnswer answer =
        api.get(Resource.CONFIG_MAP, Optional.of(settings.namespace()), settings.packaged());
    if (answer instanceof KubeAnswer.Found(JsonObject map)) {
      switch (PackagedWebhooks.of(map, settings)) {
        case PackagedWebhooks.Read.Good(PackagedWebhooks webhooks) ->
            packaged = Optional.of(webhooks);
        case PackagedWebhooks.Read.Bad(List<String> problems) -> troubles.addAll(problems);
      }
    } else {
      troubles.add(answer.detail());
    }
  }

  private Map<DriftField, String> drift(Map<Resource, JsonObject> live) {
    Map<DriftField, String> all = new EnumMap<>(DriftField.class);
    packaged.ifPresent(webhooks ->
        webhooks
            .objects()
            .forEach((resource, wanted) ->
                Optional.ofNullable(live.get(resource))
                    .ifPresent(
                        object -> WebhookDrift.between(wanted, object).forEach(all::putIfAbsent))));
    Optional<String> authority = authority();
    live.values().stream()
        .map(object -> CaBundles.problem(object, served.get(), authority, clock.instant()))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(problem -> all.put(DriftField.CA_BUNDLE, problem));
    return Map.copyOf(all);
  }

  private Optional<String> authority() {
    if (settings.authority().isEmpty()) {
      return Optional.empty();
    }
    Path file = settings.authority().get();
    try {
      return Optional.of(Files.readString(file)).filter(text -> !text.isBlank());
    } catch (IOException unreadable) {
      troubles.add("the CA file " + file + " cannot be read");
      return Optional.empty();
    }
  }

  private static OptionalLong timeout(Map<Resource, JsonObject> live) {
    return live.values().stream()
        .flatMap(object -> Text.objects(object, "webhooks").stream())
        .mapToLong(webhook ->
            webhook.get("timeoutSeconds").map(Json::asLong).orElse(OptionalLong.empty()).orElse(10))
        .min();
  }

  private void mark() {
    if (namespaceUid.isEmpty()) {
      return;
    }
    Optional<String> refused = marker.set(namespaceUid.get());
    refused.ifPresent(troubles::add);
    marked = refused.isEmpty();
  }

  private Part term(SentinelWatch.Seen sentinel) {
    if (present.isEmpty()) {
      return new Part(false, "whether the webhook is there is not known: " + troubled());
    }
    if (present.get()) {
      return new Part(true, "the webhook is there" + since());
    }
    if (seen) {
      return deleted();
    }
    if (namespaceUid.isEmpty()) {
      return new Part(
          false, "there is no webhook, and the namespace cannot be read: " + troubled());
    }
    return switch (marker.read(namespaceUid.get())) {
      case SeenMarker.Mark.Set() -> {
        seen = true;
        marked = true;
        yield deleted();
      }
      case SeenMarker.Mark.Unknown(String why) -> {
        troubles.add(why);
        yield new Part(
            false, "there is no webhook, and whether there ever was one is not known: " + why);
      }
      case SeenMarker.Mark.Clear() ->
          sentinel.honourable()
              ? new Part(true, "no webhook yet; " + sentinel.why())
              : new Part(
                  false,
                  "there is no webhook yet, and "
                      + sentinel.why()
                      + "; `assayer webhook apply` makes the webhook");
    };
  }

  private Part deleted() {
    return new Part(
        false,
        "the webhook was deleted, so nothing is verified; `assayer webhook apply` makes it again");
  }

  private String troubled() {
    return troubles.isEmpty() ? "no answer" : troubles.getFirst();
  }

  private String since() {
    return presentAt
        .filter(when -> when.isBefore(clock.instant().minusSeconds(60)))
        .map(when -> ", as of " + when.truncatedTo(ChronoUnit.SECONDS) + " when it was last seen")
        .orElse("");
  }

  private Part integrity() {
    if (present.isEmpty()) {
      return new Part(false, "the webhook objects cannot be read: " + troubled());
    }
    if (!present.get()) {
      return new Part(false, "a webhook object of " + settings.release() + " is not there");
    }
    if (!drift.isEmpty()) {
      return new Part(
          false,
          drift.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(Map.Entry::getValue)
              .collect(Collectors.joining("; ")));
    }
    return packaged.isEmpty()
        ? new Part(false, "there is nothing to compare the webhook objects with: " + troubled())
        : new Part(true, "as applied");
  }
}
