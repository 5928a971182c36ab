package dev.assayer.cli;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How {@code trust status} prints what a server said. */
final class TrustReport {
  private TrustReport() {}

  /** One row a role. */
  static List<String> lines(JsonObject answer) {
    Optional<Instant> now = instant(answer, "time");
    Table table =
        new Table("REPOSITORY", "ROLE", "VERSION", "SIGNERS", "EXPIRES IN", "LAST FETCHED");
    List<JsonObject> repositories = objects(answer, "repositories");
    for (JsonObject repository : repositories) {
      String fetched = between(instant(repository, "last_fetched"), now, " ago");
      for (JsonObject role : objects(repository, "roles")) {
        table.row(
            text(repository, "repository"),
            text(role, "role"),
            role.get("version").map(Json::asLong).map(v -> String.valueOf(v.orElse(0))).orElse("-"),
            signers(role),
            expiry(instant(role, "expires"), now),
            fetched);
      }
    }
    List<String> lines =
        new ArrayList<>(
            repositories.isEmpty()
                ? List.of("no repository was verified since the start")
                : table.lines());
    lines.addFirst("Replica " + Screen.line(text(answer, "replica")));
    return lines;
  }

  private static String signers(JsonObject role) {
    return role.get("signers").flatMap(Json::asArray).map(JsonArray::values).stream()
        .flatMap(List::stream)
        .flatMap(signer -> signer.asString().stream())
        .collect(Collectors.joining(" "));
  }

  private static String expiry(Optional<Instant> expires, Optional<Instant> now) {
    boolean over = expires.isPresent() && now.isPresent() && !now.get().isBefore(expires.get());
    return over ? "expired " + between(expires, now, " ago") : between(now, expires, "");
  }

  private static String between(Optional<Instant> from, Optional<Instant> to, String suffix) {
    return from.isPresent() && to.isPresent()
        ? words(Duration.between(from.get(), to.get())) + suffix
        : "-";
  }

  /** The two largest units: {@code 13d 4h}. */
  static String words(Duration time) {
    Duration shown = time.isNegative() ? Duration.ZERO : time;
    if (shown.toDays() > 0) {
      return shown.toDays() + "d " + shown.toHoursPart() + "h";
    }
    if (shown.toHours() > 0) {
      return shown.toHours() + "h " + shown.toMinutesPart() + "m";
    }
    return shown.toMinutes() > 0
        ? shown.toMinutes() + "m " + shown.toSecondsPart() + "s"
        : shown.toSeconds() + "s";
  }

  private static List<JsonObject> objects(JsonObject parent, String name) {
    return parent.get(name).flatMap(Json::asArray).map(JsonArray::values).stream()
        .flatMap(List::stream)
        .flatMap(value -> value.asObject().stream())
        .toList();
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElse("-");
  }

  private static Optional<Instant> instant(JsonObject object, String name) {
    try {
      return object.get(name).flatMap(Json::asString).map(Instant::parse);
    } catch (DateTimeException notAnInstant) {
      return Optional.empty();
    }
  }
}
