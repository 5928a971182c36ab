package dev.assayer.cluster;

import dev.assayer.config.YamlDocument;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The webhook objects as the chart has them in its ConfigMap.
 *
 * @param objects the resource of each object, in the order in which they are applied
 */
record PackagedWebhooks(Map<Resource, JsonObject> objects) {
  /** The one that pins first: the other denies what is not pinned. Removed in reverse. */
  static final List<Resource> ORDER =
      List.of(Resource.MUTATING_WEBHOOK, Resource.VALIDATING_WEBHOOK);

  /** What the ConfigMap holds. */
  sealed interface Read {
    /** All of it is well-formed. */
    record Good(PackagedWebhooks webhooks) implements Read {}

    /** Something is not; each problem is one sentence. */
    record Bad(List<String> problems) implements Read {
      public Bad {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Reads the ConfigMap of this release. */
  static Read of(JsonObject configMap, ClusterSettings settings) {
    List<String> problems = new ArrayList<>();
    Map<Resource, JsonObject> objects = new LinkedHashMap<>();
    for (Resource resource : ORDER) {
      String key = key(resource);
      String where = "ConfigMap " + settings.packaged() + ", " + key + ": ";
      Optional<String> text = Text.at(configMap, "data", key).flatMap(Json::asString);
      if (text.isEmpty()) {
        problems.add(where + "is missing; render it with the chart");
        continue;
      }
      switch (YamlDocument.read(text.get())) {
        case YamlDocument.Refused(String why) -> problems.add(where + Text.safe(why));
        case YamlDocument.Read(Json value) -> {
          Optional<String> problem = problem(value, resource, settings.release());
          if (problem.isPresent()) {
            problems.add(where + problem.get());
          } else {
            value.asObject().ifPresent(object -> objects.put(resource, object));
          }
        }
      }
    }
    return problems.isEmpty()
        ? new Read.Good(new PackagedWebhooks(objects))
        : new Read.Bad(problems);
  }

  /** The key in the ConfigMap. */
  private static String key(Resource resource) {
    return resource.equals(Resource.MUTATING_WEBHOOK) ? "mutating.yaml" : "validating.yaml";
  }

  private static Optional<String> problem(Json value, Resource resource, String release) {
    Optional<JsonObject> object = value.asObject();
    if (object.isEmpty()
        || !Text.text(object.get(), "kind").equals(resource.kind())
        || !Text.text(object.get(), "apiVersion").equals(resource.apiVersion())) {
      return Optional.of("must hold one " + resource.kind() + " of " + resource.apiVersion());
    }
    if (!Text.text(object.get(), "metadata", "name").equals(release)) {
      return Optional.of("metadata.name must be " + release);
    }
    List<JsonObject> entries = Text.objects(object.get(), "webhooks");
    if (entries.isEmpty()) {
      return Optional.of("webhooks must hold at least one entry");
    }
    return entries.stream()
        .filter(entry -> Text.at(entry, "clientConfig").flatMap(Json::asObject).isEmpty())
        .map(entry ->
            "the webhook \"" + Text.safe(Text.text(entry, "name")) + "\" has no clientConfig")
        .findFirst();
  }
}
