package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.util.Optional;

/**
 * The mark that a replica of this installation has seen the webhook: from then on no sentinel
 * stands for it. It is bound to the namespace by its UID, so that a copy in a new namespace of the
 * same name says nothing, and it is cleared by {@code webhook remove} alone.
 */
final class SeenMarker {
  private static final String UID = "namespaceUid";

  private final KubeApi api;
  private final ClusterSettings settings;

  SeenMarker(KubeApi api, ClusterSettings settings) {
    this.api = api;
    this.settings = settings;
  }

  /** Whether it is there, or why that is not known. */
  sealed interface Mark {
    record Set() implements Mark {}

    record Clear() implements Mark {}

    record Unknown(String why) implements Mark {}
  }

  /** Looks it up. */
  Mark read(String namespaceUid) {
    KubeAnswer answer =
        api.get(Resource.CONFIG_MAP, Optional.of(settings.namespace()), settings.marker());
    return switch (answer) {
      case KubeAnswer.Found(JsonObject map) ->
          Text.text(map, "data", UID).equals(namespaceUid) ? new Mark.Set() : new Mark.Clear();
      case KubeAnswer.Absent _ -> new Mark.Clear();
      default -> new Mark.Unknown(answer.detail());
    };
  }

  /** Sets it; empty when it is set, else why not. */
  Optional<String> set(String namespaceUid) {
    JsonObject data = JsonObject.builder().put(UID, namespaceUid).build();
    JsonObject metadata =
        JsonObject.builder()
            .put("name", settings.marker())
            .put("namespace", settings.namespace())
            .put(
                "labels",
                JsonObject.builder().put(Sentinel.RELEASE_LABEL, settings.release()).build())
            .build();
    JsonObject map =
        JsonObject.builder()
            .put("apiVersion", Resource.CONFIG_MAP.apiVersion())
            .put("kind", Resource.CONFIG_MAP.kind())
            .put("metadata", metadata)
            .put("data", data)
            .build();
    Optional<String> in = Optional.of(settings.namespace());
    KubeAnswer answer =
        api.merge(
            Resource.CONFIG_MAP,
            in,
            settings.marker(),
            JsonObject.builder().put("data", data).build());
    if (answer instanceof KubeAnswer.Absent) {
      answer = api.create(Resource.CONFIG_MAP, in, map);
    }
    return answer instanceof KubeAnswer.Found ? Optional.empty() : Optional.of(answer.detail());
  }
}
