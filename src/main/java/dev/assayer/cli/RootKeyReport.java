package dev.assayer.cli;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.validation.notary.RootHistory;
import dev.assayer.validation.notary.RootHistory.Content;
import dev.assayer.validation.notary.RootHistory.Link;
import dev.assayer.validation.notary.RootHistory.Version;
import dev.assayer.validation.notary.RootKeyLookup.Result;
import dev.assayer.validation.notary.RootKeyLookup.RootKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How {@code root-key} prints what it found. */
final class RootKeyReport {
  private static final int SHORT_KEY = 12;

  private RootKeyReport() {}

  /** Two fields a key, the PEM right after its name. */
  static String text(Result.Found found) {
    return found.keys().stream()
        .map(key -> "KeyID: " + key.keyId() + "\nKey: " + key.pem().strip())
        .collect(Collectors.joining("\n\n"));
  }

  /** One row a version, oldest first. */
  static List<String> lines(RootHistory.Result.Found history) {
    Table table =
        new Table("VERSION", "ROOT KEYS", "NEEDED", "SINCE", "EXPIRES", "SIGNED BY THE ONE BEFORE");
    for (Version version : history.versions()) {
      Optional<Content> content = version.content();
      table.row(
          String.valueOf(version.number()),
          content.map(RootKeyReport::ids).orElse("-"),
          content.map(said -> String.valueOf(said.threshold())).orElse("-"),
          content.flatMap(RootKeyReport::since).map(Instant::toString).orElse("-"),
          content.map(said -> said.expires().toString()).orElse("-"),
          words(version.link()));
    }
    List<String> lines = new ArrayList<>(table.lines());
    if (history.before() > 0) {
      lines.add(
          "Versions 1 to "
              + history.before()
              + " were not asked for; the newest "
              + RootHistory.MOST_VERSIONS
              + " are shown.");
    }
    return lines;
  }

  private static String ids(Content content) {
    return content.keys().stream()
        .map(key -> key.keyId().substring(0, SHORT_KEY))
        .collect(Collectors.joining(" "));
  }

  /** When the newest of the keys came to be. */
  private static Optional<Instant> since(Content content) {
    return content.keys().stream().flatMap(key -> key.since().stream()).max(Instant::compareTo);
  }

  private static String words(Link link) {
    return switch (link) {
      case FIRST -> "the first";
      case VERIFIED -> "verified";
      case NOT_VERIFIED -> "NOT VERIFIED";
      case UNKNOWN -> "unknown";
    };
  }

  static JsonObject.Builder json(
      String image, String repository, String server, Result.Found found) {
    return JsonObject.builder()
        .put("image", image)
        .put("repository", repository)
        .put("server", server)
        .put("version", found.version())
        .put("expires", found.expires().toString())
        .put("threshold", found.threshold())
        .put("keys", new JsonArray(found.keys().stream().map(RootKeyReport::json).toList()));
  }

  private static Json json(RootKey key) {
    return JsonObject.builder()
        .put("key_id", key.keyId())
        .put("algorithm", key.algorithm())
        .put("key", key.pem())
        .put("common_names", key.commonNames())
        .put("certificate", text(key.certificate()))
        .put("since", text(key.since().map(Instant::toString)))
        .put("signed", key.signed())
        .build();
  }

  static Json json(RootHistory.Result.Found history) {
    return new JsonArray(history.versions().stream().map(RootKeyReport::json).toList());
  }

  private static Json json(Version version) {
    Optional<Content> content = version.content();
    return JsonObject.builder()
        .put("version", version.number())
        .put("expires", text(content.map(said -> said.expires().toString())))
        .put("threshold", content.map(said -> Json.of(said.threshold())).orElse(JsonNull.NULL))
        .put(
            "keys",
            new JsonArray(
                content.map(Content::keys).orElse(List.of()).stream()
                    .map(RootKeyReport::json)
                    .toList()))
        .put("signed_by_previous", version.link().name().toLowerCase(Locale.ROOT))
        .put("detail", version.detail())
        .build();
  }

  private static Json text(Optional<String> text) {
    return text.<Json>map(Json::of).orElse(JsonNull.NULL);
  }
}
