package dev.assayer.audit;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a log says of entries that it has removed itself: a signed note beside the checkpoint. An
 * entry of the log announces it before, so that an older tombstone, or none, is found out.
 *
 * @param origin of the log
 * @param first index of the first entry that is kept, a multiple of {@link Tile#WIDTH}
 * @param at the size and root that were signed when it was made
 * @param time when
 */
public record Tombstone(String origin, long first, Checkpoint at, Instant time, Reason reason) {
  static final String FILE = "tombstone";
  static final String SCHEMA = "assayer.tombstone/1";

  private static final String TITLE = "assayer tombstone v1";
  private static final int LINES = 7;
  private static final byte[] ENTRY =
      ("{\"schema\":\"" + SCHEMA + "\"").getBytes(StandardCharsets.UTF_8);

  /** Why entries were removed. */
  public enum Reason {
    /** They were older than is to be kept. */
    AGE,
    /** The log was larger than it may be. */
    SIZE,
    /** The disk was about to be full. */
    SPACE;

    /** Its name in lower case. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Reason> of(String code) {
      return Arrays.stream(values()).filter(reason -> reason.code().equals(code)).findFirst();
    }
  }

  /**
   * What an entry of the log announces.
   *
   * @param first the first entry that will be kept
   * @param damaged bundles before it that were missing or not what was written, and are not removed
   */
  record Announcement(long first, Instant time, Reason reason, List<String> damaged) {
    /** The entry. */
    byte[] entry() {
      JsonObject.Builder entry =
          JsonObject.builder()
              .put("schema", SCHEMA)
              .put("time", time.toString())
              .put("first", first)
              .put("reason", reason.code());
      if (!damaged.isEmpty()) {
        entry.put("damaged", JsonArray.ofStrings(damaged));
      }
      return JsonText.compact(entry.build()).getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The text that is signed; its second line keeps it from ever being a checkpoint. */
  String text() {
    return String.join(
        "\n",
        TITLE,
        "origin " + origin,
        "first " + first,
        "size " + at.size(),
        "root " + at.root().base64(),
        "time " + time,
        "reason " + reason.code() + "\n");
  }

  /** Reads the text of a note; empty if it is no tombstone in its one form. */
  static Optional<Tombstone> of(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() != LINES || !lines.getFirst().equals(TITLE)) {
      return Optional.empty();
    }
    try {
      String origin = value(lines.get(1), "origin ");
      long first = Long.parseLong(value(lines.get(2), "first "));
      long size = Long.parseLong(value(lines.get(3), "size "));
      Hash root = Hash.fromBase64(value(lines.get(4), "root "));
      Instant time = Instant.parse(value(lines.get(5), "time "));
      return Reason.of(value(lines.get(6), "reason "))
          .map(reason ->
              new Tombstone(origin, first, new Checkpoint(origin, size, root), time, reason))
          .filter(found -> found.text().equals(text))
          .filter(found -> first > 0 && first < size && first % Tile.WIDTH == 0);
    } catch (IllegalArgumentException | DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private static String value(String line, String key) {
    if (!line.startsWith(key)) {
      throw new IllegalArgumentException(line);
    }
    return line.substring(key.length());
  }

  /** What this entry announces, if it does. */
  static Optional<Announcement> announced(byte[] entry) {
    if (!isAnnouncement(entry)) {
      return Optional.empty();
    }
    try {
      Optional<JsonObject> object =
          StrictJson.parse(entry, JsonLimits.text(Tile.MAX_ENTRY)).asObject();
      Optional<Instant> time =
          object.flatMap(one -> one.get("time")).flatMap(Json::asString).map(Instant::parse);
      Optional<Reason> reason =
          object.flatMap(one -> one.get("reason")).flatMap(Json::asString).flatMap(Reason::of);
      long first =
          object.flatMap(one -> one.get("first")).map(at -> at.asLong().orElse(0)).orElse(0L);
      List<String> damaged =
          object
              .flatMap(one -> one.get("damaged"))
              .flatMap(Json::asArray)
              .map(JsonArray::values)
              .orElse(List.of())
              .stream()
              .flatMap(one -> one.asString().stream())
              .toList();
      return time.flatMap(when -> reason.map(why -> new Announcement(first, when, why, damaged)))
          .filter(found -> found.first() > 0);
    } catch (JsonException | DateTimeException malformed) {
      return Optional.empty();
    }
  }

  /** Whether this entry is no decision but says that older ones are removed. */
  static boolean isAnnouncement(byte[] entry) {
    return entry.length >= ENTRY.length
        && Arrays.equals(entry, 0, ENTRY.length, ENTRY, 0, ENTRY.length);
  }
}
