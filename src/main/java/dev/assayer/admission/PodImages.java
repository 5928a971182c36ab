package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every place of a pod specification that names an image (Kubernetes core/v1 PodSpec): the three
 * lists of containers and the image volumes, in the order in which the object has them.
 */
final class PodImages {
  private static final String IMAGE = "image";

  private PodImages() {}

  /**
   * Reads the places of an object.
   *
   * @throws BadReviewException if a field that leads to an image is not of its type
   */
  static List<ImageSite> of(WorkloadKind kind, Node object) throws BadReviewException {
    Node spec = kind.podSpec(object);
    spec.requireList("containers");
    List<ImageSite> sites = new ArrayList<>();
    for (String member : spec.value().names()) {
      switch (member) {
        case "containers" -> containers(spec, member, ContainerType.CONTAINER, sites);
        case "initContainers" -> containers(spec, member, ContainerType.INIT_CONTAINER, sites);
        case "ephemeralContainers" ->
            containers(spec, member, ContainerType.EPHEMERAL_CONTAINER, sites);
        case "volumes" -> volumes(spec, member, sites);
        default -> {}
      }
    }
    return sites;
  }

  /**
   * Marks the places at which the stored object names the same image. A container is the same if
   * type and name are; a name that stands twice on either side identifies nothing.
   *
   * @param stored the old object; one that cannot be read, or is missing, makes everything new
   */
  static List<ImageSite> against(Optional<Node> stored, WorkloadKind kind, List<ImageSite> sites) {
    Map<Place, Optional<String>> before = stored.map(old -> before(kind, old)).orElse(Map.of());
    Map<Place, Optional<String>> now = unique(sites);
    return sites.stream()
        .map(site -> {
          Optional<String> old = before.getOrDefault(Place.of(site), Optional.empty());
          boolean single = now.getOrDefault(Place.of(site), Optional.empty()).isPresent();
          boolean same = single && old.isPresent() && old.get().equals(site.requested());
          return same ? site.asUnchanged() : site;
        })
        .toList();
  }

  private static Map<Place, Optional<String>> before(WorkloadKind kind, Node old) {
    try {
      return unique(of(kind, old));
    } catch (BadReviewException unreadable) {
      return Map.of();
    }
  }

  /** The image at each place; empty where a place stands more than once. */
  private static Map<Place, Optional<String>> unique(List<ImageSite> sites) {
    Map<Place, Optional<String>> images = new HashMap<>();
    for (ImageSite site : sites) {
      images.merge(Place.of(site), Optional.of(site.requested()), (one, other) -> Optional.empty());
    }
    return images;
  }

  private static void containers(
      Node spec, String member, ContainerType type, List<ImageSite> sites)
      throws BadReviewException {
    for (Node container : spec.objects(member).orElse(List.of())) {
      sites.add(
          new ImageSite(
              container.pathOf(IMAGE), type, container.text("name"), container.text(IMAGE), false));
    }
  }

  private static void volumes(Node spec, String member, List<ImageSite> sites)
      throws BadReviewException {
    for (Node volume : spec.objects(member).orElse(List.of())) {
      String name = volume.text("name");
      Optional<Json> source = volume.value().get(IMAGE);
      if (source.isPresent() && !(source.get() instanceof JsonNull)) {
        Node image = volume.requiredObject(IMAGE);
        sites.add(
            new ImageSite(
                image.pathOf("reference"),
                ContainerType.VOLUME,
                name,
                image.text("reference"),
                false));
      }
    }
  }

  private record Place(ContainerType type, String name) {
    static Place of(ImageSite site) {
      return new Place(site.type(), site.name());
    }
  }
}
