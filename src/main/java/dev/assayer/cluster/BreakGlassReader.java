package dev.assayer.cluster;

import dev.assayer.cluster.EmergencySource.BreakGlass;
import dev.assayer.config.KubernetesNames;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a break-glass object, and takes nothing for granted that an admission policy of the cluster
 * should have seen to: the policy may be missing, or younger than the object.
 */
final class BreakGlassReader {
  static final String LABEL = "assayer.dev/break-glass";

  /** Longest time from the making of the object to its expiry. */
  static final Duration LONGEST = Duration.ofHours(24);

  /** How far the API server's clock may be ahead of ours. */
  static final Duration SKEW = Duration.ofMinutes(1);

  private static final Set<String> KEYS =
      Set.of("namespace", "pattern", "reason", "requestedBy", "expiry");

  /** Far above what somebody writes in an emergency. */
  private static final int LONGEST_TEXT = 2_000;

  private final String namespace;
  private final Set<String> ownAccounts;

  /** What an object is. */
  sealed interface Read {
    record Good(BreakGlass grant) implements Read {}

    /** Good once. */
    record Over(BreakGlass grant) implements Read {}

    /**
     * Not to be honoured.
     *
     * @param why one clause
     */
    record Bad(String why) implements Read {}
  }

  BreakGlassReader(ClusterSettings settings) {
    namespace = settings.namespace();
    String account = "system:serviceaccount:" + namespace + ":" + settings.release();
    ownAccounts = Set.of(account, account + "-hooks");
  }

  /** Reads it as of an instant. */
  Read read(JsonObject map, Instant now) {
    try {
      BreakGlass grant = checked(map, now);
      return now.isBefore(grant.expiry()) ? new Read.Good(grant) : new Read.Over(grant);
    } catch (Wrong wrong) {
      return new Read.Bad(String.valueOf(wrong.getMessage()));
    }
  }

  private static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String why) {
      super(why, null, false, false);
    }
  }

  private BreakGlass checked(JsonObject map, Instant now) throws Wrong {
    require(
        Text.text(map, "metadata", "namespace").equals(namespace),
        "it is not in namespace " + namespace);
    require(
        Text.at(map, "metadata", "labels", LABEL)
            .flatMap(Json::asString)
            .equals(Optional.of("true")),
        "its label " + LABEL + " is not \"true\"");
    require(Text.at(map, "metadata", "deletionTimestamp").isEmpty(), "it is being deleted");
    require(
        Text.at(map, "immutable").flatMap(Json::asBoolean).orElse(false), "it is not immutable");
    require(Text.at(map, "binaryData").isEmpty(), "it has binaryData");
    JsonObject data =
        Text.at(map, "data").flatMap(Json::asObject).orElse(JsonObject.builder().build());
    require(
        data.size() == KEYS.size() && data.names().stream().allMatch(KEYS::contains),
        "its keys are not exactly namespace, pattern, reason, requestedBy and expiry");
    Instant created = instant(Text.text(map, "metadata", "creationTimestamp"), "creationTimestamp");
    Instant expiry = instant(text(data, "expiry"), "expiry");
    require(!created.isAfter(now.plus(SKEW)), "it was made in the future, by our clock");
    require(expiry.isAfter(created), "it expires before it was made");
    require(
        !expiry.isAfter(created.plus(LONGEST)),
        "it expires more than " + LONGEST.toHours() + " hours after it was made");
    String by = text(data, "requestedBy");
    require(!ownAccounts.contains(by), "Assayer itself may not break the glass");
    String within = text(data, "namespace");
    require(KubernetesNames.label(within), "its namespace is not the name of one");
    String pattern = text(data, "pattern");
    checkPattern(pattern);
    return new BreakGlass(
        Text.text(map, "metadata", "name"),
        Text.text(map, "metadata", "uid"),
        within,
        pattern,
        text(data, "reason"),
        by,
        created,
        expiry);
  }

  private static String text(JsonObject data, String key) throws Wrong {
    String text = Text.text(data, key);
    require(!text.isBlank(), key + " is empty");
    require(text.length() <= LONGEST_TEXT, key + " has more than " + LONGEST_TEXT + " characters");
    return text;
  }

  /** Its host, and one component of the path, are written out. */
  private static void checkPattern(String pattern) throws Wrong {
    int slash = pattern.indexOf('/');
    require(
        slash > 0 && pattern.indexOf('*') != 0 && !pattern.substring(0, slash).contains("*"),
        "its pattern does not name the host without a star");
    List<String> path = Arrays.asList(pattern.substring(slash + 1).split("/", -1));
    require(
        path.stream()
            .map(part -> part.indexOf(':') < 0 ? part : part.substring(0, part.indexOf(':')))
            .anyMatch(part -> !part.isEmpty() && !part.contains("*")),
        "its pattern names no component of the path without a star");
  }

  private static Instant instant(String text, String key) throws Wrong {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException unreadable) {
      throw new Wrong(key + " is no time such as 2026-01-31T18:00:00Z");
    }
  }

  private static void require(boolean holds, String otherwise) throws Wrong {
    if (!holds) {
      throw new Wrong(otherwise);
    }
  }
}
