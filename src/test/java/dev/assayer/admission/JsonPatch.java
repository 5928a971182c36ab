package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Applies the replace operations of RFC 6902, written from the RFC and not from our own writer. */
final class JsonPatch {
  private JsonPatch() {}

  static Json apply(List<Json> operations, Json document) {
    Json result = document;
    for (Json operation : operations) {
      JsonObject members = operation.asObject().orElseThrow();
      if (!text(members, "op").equals("replace") || members.size() != 3) {
        throw new IllegalArgumentException("only replace is expected: " + operation);
      }
      List<String> path = new ArrayList<>();
      String pointer = text(members, "path");
      if (!pointer.startsWith("/")) {
        throw new IllegalArgumentException("not a pointer into the document: " + pointer);
      }
      for (String token : pointer.substring(1).split("/", -1)) {
        path.add(token.replace("~1", "/").replace("~0", "~"));
      }
      result = replace(result, path, members.get("value").orElseThrow());
    }
    return result;
  }

  private static Json replace(Json document, List<String> path, Json value) {
    if (path.isEmpty()) {
      return value;
    }
    List<String> rest = path.subList(1, path.size());
    return switch (document) {
      case JsonObject object -> {
        JsonObject.Builder copy = JsonObject.builder();
        if (!object.has(path.getFirst())) {
          throw new IllegalArgumentException("there is no " + path.getFirst());
        }
        for (Map.Entry<String, Json> member : object.entries()) {
          boolean here = member.getKey().equals(path.getFirst());
          copy.put(
              member.getKey(), here ? replace(member.getValue(), rest, value) : member.getValue());
        }
        yield copy.build();
      }
      case JsonArray array -> {
        List<Json> copy = new ArrayList<>(array.values());
        int index = Integer.parseInt(path.getFirst());
        copy.set(index, replace(copy.get(index), rest, value));
        yield new JsonArray(copy);
      }
      default -> throw new IllegalArgumentException("nothing below " + document.kind());
    };
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElseThrow();
  }
}
