package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for pod specifications anywhere inside an object of a kind that is not known: an object
 * with a list of containers of which one names an image. Walks the stored object beside the new
 * one, so that what an UPDATE leaves as it was is known. Depth is bounded by the JSON reader.
 */
final class TemplateSearch {
  private static final Map<String, ContainerType> LISTS =
      Map.of(
          "containers", ContainerType.CONTAINER,
          "initContainers", ContainerType.INIT_CONTAINER,
          "ephemeralContainers", ContainerType.EPHEMERAL_CONTAINER,
          "volumes", ContainerType.VOLUME);

  private final List<ImageSite> found = new ArrayList<>();
  private final int enough;

  private TemplateSearch(int enough) {
    this.enough = enough;
  }

  /**
   * The places that name images, in document order.
   *
   * @param stored the old object, if there is one
   * @param enough how many to look for at most
   */
  static List<ImageSite> in(JsonObject object, Optional<JsonObject> stored, int enough) {
    TemplateSearch search = new TemplateSearch(enough);
    search.visit(object, stored.map(Json.class::cast));
    return search.found;
  }

  private void visit(Json value, Optional<Json> old) {
    if (found.size() >= enough) {
      return;
    }
    switch (value) {
      case JsonObject object -> {
        for (Map.Entry<String, Json> member : object.entries()) {
          Optional<Json> before =
              old.flatMap(Json::asObject).flatMap(was -> was.get(member.getKey()));
          ContainerType type = LISTS.get(member.getKey());
          if (type != null && member.getValue() instanceof JsonArray list) {
            holders(type, list, before);
          }
          visit(member.getValue(), before);
        }
      }
      case JsonArray list -> {
        for (int i = 0; i < list.size(); i++) {
          visit(list.values().get(i), element(old, i));
        }
      }
      default -> {}
    }
  }

  private void holders(ContainerType type, JsonArray list, Optional<Json> before) {
    for (int i = 0; i < list.size() && found.size() < enough; i++) {
      Optional<JsonObject> holder = list.values().get(i).asObject();
      Optional<Json> image = holder.flatMap(entry -> image(type, entry));
      if (image.isPresent()) {
        Optional<Json> was =
            element(before, i).flatMap(Json::asObject).flatMap(entry -> image(type, entry));
        String name = holder.get().get("name").flatMap(Json::asString).orElse("");
        boolean unchanged = was.equals(image);
        found.add(new ImageSite("", type, name, image.get().asString().orElse(""), unchanged));
      }
    }
  }

  private static Optional<Json> image(ContainerType type, JsonObject holder) {
    Optional<Json> image = holder.get("image");
    Optional<Json> named =
        type == ContainerType.VOLUME
            ? image.flatMap(Json::asObject).flatMap(source -> source.get("reference"))
            : image;
    return named.filter(json -> !(json instanceof JsonNull) && !json.equals(Json.of("")));
  }

  private static Optional<Json> element(Optional<Json> list, int index) {
    return list.flatMap(Json::asArray)
        .filter(array -> index < array.size())
        .map(array -> array.values().get(index));
  }
}
