package dev.assayer.samples;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Edits of immutable JSON, for the hooks of {@link TufRole}. A path has member names and, in
 * arrays, positions: {@code "delegations", "roles", "0", "paths"}. A path that leads nowhere is an
 * {@link IllegalArgumentException}, so that an attack never tests nothing by a typing error.
 */
public final class Edit {
  private Edit() {}

  /** Sets what is at {@code path}; the last name may be new. */
  public static UnaryOperator<JsonObject> set(Json value, String... path) {
    return object -> (JsonObject) at(object, List.of(path), old -> Optional.of(value));
  }

  /** Takes away the member or element at {@code path}, which must exist. */
  public static UnaryOperator<JsonObject> remove(String... path) {
    return object ->
        (JsonObject)
            at(
                object,
                List.of(path),
                old -> {
                  var _ = old.orElseThrow(() -> lost(path[path.length - 1]));
                  return Optional.empty();
                });
  }

  /** Replaces what is at {@code path}, which must exist, by a function of it. */
  public static UnaryOperator<JsonObject> map(UnaryOperator<Json> edit, String... path) {
    return object ->
        (JsonObject)
            at(
                object,
                List.of(path),
                old -> Optional.of(edit.apply(old.orElseThrow(() -> lost(path[path.length - 1])))));
  }

  /** All of these, in order. */
  @SafeVarargs
  public static UnaryOperator<JsonObject> all(UnaryOperator<JsonObject>... edits) {
    return object -> {
      JsonObject result = object;
      for (UnaryOperator<JsonObject> edit : edits) {
        result = edit.apply(result);
      }
      return result;
    };
  }

  /** Replaces the first occurrence of a text in a file's bytes, which must be there. */
  public static UnaryOperator<byte[]> text(String from, String to) {
    return bytes -> {
      String text = new String(bytes, StandardCharsets.UTF_8);
      int start = text.indexOf(from);
      if (start < 0) {
        throw new IllegalArgumentException("the file does not contain " + from);
      }
      String edited = text.substring(0, start) + to + text.substring(start + from.length());
      return edited.getBytes(StandardCharsets.UTF_8);
    };
  }

  /** Flips the lowest bit of one byte; a negative position counts from the end. */
  public static UnaryOperator<byte[]> flipBit(int position) {
    return bytes -> {
      byte[] edited = Arrays.copyOf(bytes, bytes.length);
      edited[Math.floorMod(position, edited.length)] ^= 1;
      return edited;
    };
  }

  /** What to do with the old value, if there was one; empty removes. */
  private interface Change {
    Optional<Json> apply(Optional<Json> old);
  }

  private static Json at(Json parent, List<String> path, Change change) {
    String step = path.getFirst();
    List<String> rest = path.subList(1, path.size());
    Change here = rest.isEmpty() ? change : old -> Optional.of(below(old, step, rest, change));
    return switch (parent) {
      case JsonObject object -> member(object, step, here);
      case JsonArray array -> element(array, step, here);
      default -> throw lost(step);
    };
  }

  private static Json below(Optional<Json> old, String step, List<String> rest, Change change) {
    return at(old.orElseThrow(() -> lost(step)), rest, change);
  }

  private static JsonObject member(JsonObject object, String name, Change change) {
    JsonObject.Builder edited = JsonObject.builder();
    for (Map.Entry<String, Json> entry : object.entries()) {
      if (entry.getKey().equals(name)) {
        change.apply(Optional.of(entry.getValue())).ifPresent(value -> edited.put(name, value));
      } else {
        edited.put(entry.getKey(), entry.getValue());
      }
    }
    if (!object.has(name)) {
      change.apply(Optional.empty()).ifPresent(value -> edited.put(name, value));
    }
    return edited.build();
  }

  private static JsonArray element(JsonArray array, String position, Change change) {
    int index = Integer.parseInt(position);
    List<Json> edited = new ArrayList<>(array.values());
    if (index > edited.size()) {
      throw lost(position);
    }
    if (index == edited.size()) {
      change.apply(Optional.empty()).ifPresent(edited::add);
    } else {
      change
          .apply(Optional.of(edited.get(index)))
          .ifPresentOrElse(value -> edited.set(index, value), () -> edited.remove(index));
    }
    return new JsonArray(edited);
  }

  private static IllegalArgumentException lost(String step) {
    return new IllegalArgumentException("nothing at " + step);
  }
}
