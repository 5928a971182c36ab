package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonString;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The ConfigMap {@code RELEASE-checkpoints}, where each replica leaves the last signed head of its
 * audit log: a log that is lost, cut or rewritten is found by it. The chart makes it, empty.
 */
public final class CheckpointBoard {
  /** Logs of replicas that are long gone go when there are more. */
  static final int MOST = 128;

  private static final String TIME = ".time";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final KubeApi api;
  private final ClusterSettings settings;
  private final InstantSource clock;

  CheckpointBoard(KubeApi api, ClusterSettings settings, InstantSource clock) {
    this.api = api.patient(PATIENCE);
    this.settings = settings;
    this.clock = clock;
  }

  /** What is there, or why that is not known. */
  public sealed interface Seen {
    /**
     * The notes by the names of their logs as {@link CheckpointBoard#key} has them.
     *
     * @param notes as they stand there, whoever wrote them
     */
    record Notes(Map<String, String> notes) implements Seen {}

    /** Nobody knows; {@code why} is one clause. */
    record Unknown(String why) implements Seen {}
  }

  /** The key of a log of this name. */
  public static String key(String origin) {
    return origin.replaceFirst("^assayer/", "").replaceAll("[^-._a-zA-Z0-9]", "_");
  }

  /** Reads them all. */
  public Seen read() {
    KubeAnswer answer =
        api.get(Resource.CONFIG_MAP, Optional.of(settings.namespace()), settings.checkpoints());
    if (!(answer instanceof KubeAnswer.Found(JsonObject map))) {
      return new Seen.Unknown(
          answer instanceof KubeAnswer.Absent
              ? "there is no ConfigMap " + settings.checkpoints() + "; helm upgrade makes it again"
              : answer.detail());
    }
    JsonObject.Builder none = JsonObject.builder();
    JsonObject data = Text.at(map, "data").flatMap(Json::asObject).orElseGet(none::build);
    return new Seen.Notes(
        data.names().stream()
            .filter(name -> !name.endsWith(TIME))
            .collect(Collectors.toMap(name -> name, name -> Text.text(data, name))));
  }

  /** Leaves a note; empty when it is there, else why it is not. */
  public Optional<String> write(String origin, String note) {
    Optional<String> in = Optional.of(settings.namespace());
    KubeAnswer now = api.get(Resource.CONFIG_MAP, in, settings.checkpoints());
    JsonObject.Builder data = JsonObject.builder();
    if (now instanceof KubeAnswer.Found(JsonObject map)) {
      for (String old : old(map, key(origin))) {
        data.put(old, JsonNull.NULL).put(old + TIME, JsonNull.NULL);
      }
    }
    data.put(key(origin), new JsonString(note))
        .put(key(origin) + TIME, new JsonString(clock.instant().toString()));
    KubeAnswer answer =
        api.terse()
            .merge(
                Resource.CONFIG_MAP,
                in,
                settings.checkpoints(),
                JsonObject.builder().put("data", data.build()).build());
    return answer instanceof KubeAnswer.Found ? Optional.empty() : Optional.of(answer.detail());
  }

  /** The names that were written longest ago, beyond the most. */
  private static List<String> old(JsonObject map, String own) {
    Optional<JsonObject> data = Text.at(map, "data").flatMap(Json::asObject);
    List<String> names = new ArrayList<>();
    data.ifPresent(found ->
        found.names().stream()
            .filter(name -> !name.endsWith(TIME) && !name.equals(own))
            .sorted(Comparator.comparing((String name) -> time(found, name)).reversed())
            .skip(MOST - 1L)
            .forEach(names::add));
    return names;
  }

  private static Instant time(JsonObject data, String name) {
    try {
      return Instant.parse(Text.text(data, name + TIME));
    } catch (DateTimeException unknown) {
      return Instant.EPOCH;
    }
  }
}
