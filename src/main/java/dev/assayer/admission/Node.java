package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JSON object and where it stands in the review, so that a field of the wrong type can be named.
 * Null counts as absent, as it does for the API server.
 *
 * @param value the object
 * @param root JSON pointer (RFC 6901) of the object under review, such as {@code /request/object}
 * @param path JSON pointer from there to this object
 */
record Node(JsonObject value, String root, String path) {

  /** Wraps a member of the review itself. */
  static Node root(JsonObject value, String root) {
    return new Node(value, root, "");
  }

  /** Path of a member, from the object under review. */
  String pathOf(String name) {
    return path + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  /** The member, unless it is absent or null. */
  Optional<Json> member(String name) {
    return value.get(name).filter(json -> !(json instanceof JsonNull));
  }

  /** The member, which must be an object if it is there. */
  Optional<Node> object(String name) throws BadReviewException {
    Optional<Json> member = member(name);
    if (member.isEmpty()) {
      return Optional.empty();
    }
    JsonObject object = member.get().asObject().orElseThrow(() -> wrong(name, "an object"));
    return Optional.of(new Node(object, root, pathOf(name)));
  }

  /** The member, which must be an object. */
  Node requiredObject(String name) throws BadReviewException {
    return object(name).orElseThrow(() -> wrong(name, "an object"));
  }

  /** The member, which must be a string if it is there; empty text if it is not. */
  String text(String name) throws BadReviewException {
    Optional<Json> member = member(name);
    return member.isEmpty()
        ? ""
        : member.get().asString().orElseThrow(() -> wrong(name, "a string"));
  }

  /** The member, which must be a list of objects if it is there. */
  Optional<List<Node>> objects(String name) throws BadReviewException {
    Optional<Json> member = member(name);
    return member.isEmpty() ? Optional.empty() : Optional.of(elements(name, member.get()));
  }

  /** Checks that the member is a list. */
  void requireList(String name) throws BadReviewException {
    if (member(name).flatMap(Json::asArray).isEmpty()) {
      throw wrong(name, "a list");
    }
  }

  private List<Node> elements(String name, Json list) throws BadReviewException {
    List<Json> values = list.asArray().orElseThrow(() -> wrong(name, "a list")).values();
    List<Node> nodes = new ArrayList<>(values.size());
    for (Json element : values) {
      String place = pathOf(name) + "/" + nodes.size();
      JsonObject object =
          element
              .asObject()
              .orElseThrow(() -> new BadReviewException(root + place, "an object", element.kind()));
      nodes.add(new Node(object, root, place));
    }
    return nodes;
  }

  /** The fault that this member is not of the type it must have. */
  BadReviewException wrong(String name, String expected) {
    String found = value.get(name).map(Json::kind).orElse("absent");
    return new BadReviewException(root + pathOf(name), expected, found);
  }
}
