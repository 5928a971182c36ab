package dev.assayer.state;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonString;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;

/** A {@link TrustEntry} as compact JSON, its root file compressed. */
final class TrustText {
  /** What is shared of one repository stays below, the seal included. */
  static final int MAX_CHARS = 64 << 10;

  /** As much as a root file may have. */
  private static final int MAX_ROOT = 1 << 20;

  private static final int SEAL_CHARS = 256;
  private static final JsonLimits LIMITS = JsonLimits.text(MAX_CHARS);

  private TrustText() {}

  /**
   * The text; without the root file if it would be too long with it, without the known signers if
   * it still would, and empty if even the marks are too many.
   */
  static Optional<String> of(TrustEntry entry) {
    RepositoryMemory memory = entry.memory();
    RepositoryMemory bare =
        new RepositoryMemory(
            Optional.empty(), memory.marks(), memory.onlineKeys(), Set.of(), memory.verifiedAt());
    for (RepositoryMemory shown : List.of(memory, memory.withoutRoot(), bare)) {
      String text = JsonText.compact(json(entry.with(shown)));
      if (text.length() <= MAX_CHARS - SEAL_CHARS) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  private static JsonObject json(TrustEntry entry) {
    RepositoryMemory memory = entry.memory();
    JsonObject.Builder made = JsonObject.builder().put("epoch", entry.epoch());
    entry
        .forgotten()
        .ifPresent(why ->
            made.put(
                "forgotten",
                JsonObject.builder()
                    .put("reason", why.reason())
                    .put("by", why.by())
                    .put("at", why.at().toEpochMilli())
                    .build()));
    memory.root().ifPresent(root -> made.put("root", deflated(root)));
    JsonObject.Builder marks = JsonObject.builder();
    memory.marks().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(mark ->
            marks.put(
                mark.getKey(),
                new JsonArray(
                    List.of(
                        JsonNumber.of(mark.getValue().version()),
                        new JsonString(mark.getValue().signedSha256())))));
    made.put("marks", marks.build());
    memory.onlineKeys().ifPresent(keys -> made.put("online", keys));
    made.put("signers", memory.signers().stream().sorted().toList());
    memory.verifiedAt().ifPresent(when -> made.put("verifiedAt", when.toEpochMilli()));
    return made.build();
  }

  /** Reads a text whose seal held; empty for one that another version wrote in another form. */
  static Optional<TrustEntry> read(String text) {
    try {
      JsonObject json =
          StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), LIMITS).asObject().orElseThrow();
      Map<String, Mark> marks = new HashMap<>();
      for (Map.Entry<String, Json> mark : object(json, "marks").entries()) {
        List<Json> pair = ((JsonArray) mark.getValue()).values();
        marks.put(mark.getKey(), new Mark(number(pair.get(0)), string(pair.get(1))));
      }
      Optional<TrustEntry.Forgotten> forgotten =
          json.get("forgotten").map(why -> forgotten((JsonObject) why));
      Optional<String> root = json.get("root").map(packed -> inflated(string(packed)));
      RepositoryMemory memory =
          new RepositoryMemory(
              root,
              marks,
              json.get("online").map(TrustText::string),
              Set.copyOf(
                  ((JsonArray) json.get("signers").orElseThrow())
                      .values().stream().map(TrustText::string).toList()),
              json.get("verifiedAt").map(when -> Instant.ofEpochMilli(number(when))));
      return Optional.of(
          new TrustEntry(number(json.get("epoch").orElseThrow()), forgotten, memory));
    } catch (JsonException | RuntimeException otherForm) {
      return Optional.empty();
    }
  }

  private static TrustEntry.Forgotten forgotten(JsonObject why) {
    return new TrustEntry.Forgotten(
        string(why.get("reason").orElseThrow()),
        string(why.get("by").orElseThrow()),
        Instant.ofEpochMilli(number(why.get("at").orElseThrow())));
  }

  private static JsonObject object(JsonObject in, String name) {
    return in.get(name).flatMap(Json::asObject).orElseThrow();
  }

  private static String string(Json value) {
    return ((JsonString) value).value();
  }

  private static long number(Json value) {
    return ((JsonNumber) value).asLong().orElseThrow();
  }

  private static String deflated(String text) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
      deflater.finish();
      byte[] packed = new byte[MAX_CHARS];
      int length = deflater.deflate(packed);
      // What does not fit is too long in any case, and is left out for its length.
      return Base64.getEncoder().encodeToString(Arrays.copyOf(packed, length));
    } finally {
      deflater.end();
    }
  }

  private static String inflated(String text) {
    byte[] packed = Base64.getDecoder().decode(text);
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] plain = in.readNBytes(MAX_ROOT + 1);
      if (plain.length > MAX_ROOT) {
        throw new IllegalArgumentException("larger than a root file may be");
      }
      return new String(plain, StandardCharsets.UTF_8);
    } catch (IOException damaged) {
      throw new IllegalArgumentException(damaged);
    }
  }
}
