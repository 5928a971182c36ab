package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Owner references as an object claims them; anybody who writes the object can forge them. */
final class Owners {
  private Owners() {}

  /** The reference with {@code controller: true}, if there is exactly one. */
  static Optional<JsonObject> controller(JsonObject metadata) {
    List<JsonObject> controllers =
        metadata.get("ownerReferences").flatMap(Json::asArray).stream()
            .flatMap(list -> list.values().stream())
            .flatMap(reference -> reference.asObject().stream())
            .filter(reference ->
                reference.get("controller").flatMap(Json::asBoolean).orElse(Boolean.FALSE))
            .toList();
    return controllers.size() == 1 ? Optional.of(controllers.getFirst()) : Optional.empty();
  }

  /** A string member, empty if it is absent or none. */
  static String text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElse("");
  }
}
