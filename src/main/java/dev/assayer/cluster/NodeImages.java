package dev.assayer.cluster;

import dev.assayer.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What nodes say of the images that they have: under which digests they know each. A runtime may
 * report any of them for a container, such as the one of an index, or of the platform's manifest in
 * it. An image on a node is one configuration, which holds the hash of every layer, so all its
 * digests stand for the same content. Each node is asked once, and only for what is asked of it.
 */
final class NodeImages {
  private final KubeApi api;
  private final Map<String, Set<Set<String>>> known = new HashMap<>();

  /** Nodes mostly have the same images. */
  private final Map<Set<String>, Set<String>> images = new HashMap<>();

  private boolean silent;

  NodeImages(KubeApi api) {
    this.api = api;
  }

  /** Whether this node says that both digests are of one image; false if it cannot be asked. */
  boolean same(String node, String one, String other) {
    return !node.isEmpty()
        && known.computeIfAbsent(node, this::ask).stream()
            .anyMatch(digests -> digests.contains(one) && digests.contains(other));
  }

  private Set<Set<String>> ask(String node) {
    if (silent) {
      return Set.of();
    }
    return switch (api.get(Resource.NODE, Optional.empty(), node)) {
      case KubeAnswer.Found(JsonObject object) -> several(object);
      case KubeAnswer.Absent _ -> Set.of();
      default -> {
        // The next one would cost the same time, and say no more.
        silent = true;
        yield Set.of();
      }
    };
  }

  /** The digests of each image that has more than one. */
  private Set<Set<String>> several(JsonObject node) {
    Set<Set<String>> several = new HashSet<>();
    for (JsonObject image : Text.objects(node, "status", "images")) {
      Set<String> digests = new HashSet<>();
      for (String name : Text.strings(image, "names")) {
        RunningPods.digest(name).ifPresent(digests::add);
      }
      if (digests.size() > 1) {
        several.add(images.computeIfAbsent(Set.copyOf(digests), same -> same));
      }
    }
    return several;
  }
}
