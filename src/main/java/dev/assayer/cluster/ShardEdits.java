package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.state.SharedStore.Change;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes to one ConfigMap, put together before they are sent as one patch. What they say is true
 * once the API server took the patch. For one thread.
 */
final class ShardEdits {
  private final ShardContent base;
  private final ShardKind kind;
  private final Instant now;
  private final Map<String, String> data;
  private final Set<String> touched = new LinkedHashSet<>();
  private long bytes;

  /** A change that is wanted. */
  sealed interface Edit {
    /** The name it is about. */
    String name();

    /** As {@link dev.assayer.state.SharedStore#swap}. */
    record Swap(String name, Optional<String> expected, String value, Instant until)
        implements Edit {}

    /** As {@link dev.assayer.state.SharedStore#remove}. */
    record Remove(String name) implements Edit {}
  }

  ShardEdits(ShardContent base, ShardKind kind, Instant now) {
    this.base = base;
    this.kind = kind;
    this.now = now;
    data = new HashMap<>(base.data());
    bytes = base.bytes();
    base.data().entrySet().stream().filter(this::isOver).forEach(entry -> drop(entry.getKey()));
  }

  private boolean isOver(Map.Entry<String, String> entry) {
    return StoredText.end(entry.getValue()).filter(end -> !now.isBefore(end)).isPresent();
  }

  /** Adds a change to those before. */
  Change apply(Edit edit) {
    String key = StoredText.key(edit.name());
    return switch (edit) {
      case Edit.Remove _ -> {
        drop(key);
        yield new Change.Done();
      }
      case Edit.Swap swap -> {
        Optional<String> there =
            Optional.ofNullable(data.get(key))
                .flatMap(written -> StoredText.read(key, written))
                .map(StoredText::text);
        yield there.equals(swap.expected()) ? put(key, swap) : new Change.Overtaken();
      }
    };
  }

  private Change put(String key, Edit.Swap swap) {
    String written = new StoredText(swap.name(), swap.value(), swap.until()).written();
    long cost = ShardContent.bytes(key, written);
    if (cost > kind.largestText()) {
      return new Change.Refused(
          "a text of " + cost + " bytes is more than the " + kind.largestText() + " that fit");
    }
    Optional<String> before = Optional.ofNullable(data.get(key));
    before.ifPresent(value -> drop(key));
    if (bytes + cost > kind.mostBytes()) {
      makeRoom(cost);
    }
    if (bytes + cost > kind.mostBytes()) {
      before.ifPresent(value -> set(key, value));
      return new Change.Refused(
          "the ConfigMap is full of "
              + kind.word()
              + " that are still needed ("
              + bytes
              + " bytes)");
    }
    set(key, written);
    return new Change.Done();
  }

  /** Texts of one kind, what ends soonest first, and what they cost. */
  private static final class Kin {
    private final Deque<String> keys = new ArrayDeque<>();
    private long bytes;
  }

  /**
   * What nobody can read goes first, then what ends soonest of the kind that takes most, until
   * there is some room to spare: many children push out no fact about images. A mark goes only at
   * its end: without it a rollback would pass.
   */
  private void makeRoom(long cost) {
    Map<String, Kin> kinds = new HashMap<>();
    List<StoredText> texts = new ArrayList<>();
    List.copyOf(data.entrySet())
        .forEach(entry ->
            StoredText.read(entry.getKey(), entry.getValue())
                .ifPresentOrElse(texts::add, () -> drop(entry.getKey())));
    if (kind == ShardKind.MARKS || bytes + cost <= kind.mostBytes()) {
      return;
    }
    texts.stream()
        .filter(text -> text.until().isBefore(Instant.MAX))
        .sorted(Comparator.comparing(StoredText::until))
        .forEach(text -> {
          Kin kin = kinds.computeIfAbsent(kindOf(text.name()), _ -> new Kin());
          String key = StoredText.key(text.name());
          kin.keys.add(key);
          kin.bytes += ShardContent.bytes(key, text.written());
        });
    long wanted = kind.mostBytes() - kind.mostBytes() / 16;
    while (bytes + cost > wanted && !kinds.isEmpty()) {
      Kin most = Collections.max(kinds.values(), Comparator.comparingLong(kin -> kin.bytes));
      long before = bytes;
      drop(most.keys.removeFirst());
      most.bytes -= before - bytes;
      if (most.keys.isEmpty()) {
        kinds.values().remove(most);
      }
    }
  }

  /** What a name begins with. */
  private static String kindOf(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? name : name.substring(0, slash);
  }

  private void set(String key, String value) {
    data.put(key, value);
    touched.add(key);
    bytes += ShardContent.bytes(key, value);
  }

  private void drop(String key) {
    Optional<String> before = Optional.ofNullable(data.remove(key));
    before.ifPresent(value -> {
      touched.add(key);
      bytes -= ShardContent.bytes(key, value);
    });
  }

  /** Whether nothing would change. */
  boolean isEmpty() {
    return touched.stream()
        .allMatch(key ->
            Optional.ofNullable(base.data().get(key)).equals(Optional.ofNullable(data.get(key))));
  }

  /** About what the object will cost, in bytes. */
  long bytes() {
    return bytes;
  }

  /** The merge patch (RFC 7386), which counts only for the version that it was made of. */
  JsonObject patch() {
    JsonObject.Builder changed = JsonObject.builder();
    for (String key : touched) {
      changed.put(
          key, Optional.ofNullable(data.get(key)).<Json>map(Json::of).orElse(JsonNull.NULL));
    }
    JsonObject.Builder patch =
        JsonObject.builder()
            .put("metadata", JsonObject.builder().put("resourceVersion", base.version()).build())
            .put("data", changed.build());
    if (base.foreign()) {
      patch.put("binaryData", JsonNull.NULL);
    }
    return patch.build();
  }

  /** What is there when the patch was taken. */
  ShardContent after(String version) {
    return new ShardContent(version, data, false);
  }
}
