package dev.assayer;

import java.util.Map;
import java.util.Set;

/**
 * The house plan: which room stands on which floor, and which room owns which library. A room is
 * the first package below {@code dev.assayer}.
 */
final class Rooms {
  static final String BASE = "dev.assayer.";

  /** Anything below is in the JDK or holds annotations only, and belongs to everybody. */
  private static final Set<String> COMMON =
      Set.of("java.", "javax.", "org.jspecify.annotations.", "com.google.errorprone.annotations.");

  private static final Map<String, Integer> FLOORS =
      Map.ofEntries(
          Map.entry("decision", 0),
          Map.entry("image", 0),
          Map.entry("crypto", 0),
          Map.entry("json", 0),
          Map.entry("time", 0),
          Map.entry("policy", 1),
          Map.entry("remote", 1),
          Map.entry("state", 1),
          Map.entry("config", 1),
          Map.entry("telemetry", 1),
          Map.entry("samples", 1),
          Map.entry("validation", 2),
          Map.entry("audit", 2),
          Map.entry("alerting", 2),
          Map.entry("cluster", 2),
          Map.entry("admission", 3),
          Map.entry("page", 3),
          Map.entry("server", 4),
          Map.entry("trial", 4),
          Map.entry("proof", 4),
          Map.entry("demo", 5),
          Map.entry("cli", 6));

  /** Library package prefix to the rooms that may name it; the longest prefix decides. */
  private static final Map<String, Set<String>> OWNERS =
      Map.ofEntries(
          Map.entry("com.fasterxml.jackson.", Set.of("json")),
          Map.entry("com.fasterxml.jackson.databind.", Set.of("cluster")),
          Map.entry("io.fabric8.", Set.of("cluster")),
          Map.entry("org.snakeyaml.", Set.of("config")),
          Map.entry("org.bouncycastle.", Set.of("crypto", "samples")),
          Map.entry("com.amazon.corretto.", Set.of("crypto")),
          Map.entry("java.net.http.", Set.of("remote")),
          Map.entry("io.helidon.", Set.of("server")),
          Map.entry("io.micrometer.", Set.of("telemetry")),
          Map.entry("io.prometheus.", Set.of("telemetry")),
          Map.entry("io.opentelemetry.", Set.of("telemetry")),
          Map.entry("com.github.benmanes.caffeine.", Set.of("state", "validation")),
          Map.entry("io.github.resilience4j.", Set.of("remote")),
          Map.entry("io.pebbletemplates.", Set.of("alerting")),
          Map.entry("picocli.", Set.of("cli")),
          Map.entry("com.sun.net.httpserver.", Set.of("demo")),
          Map.entry("com.sun.management.", Set.of("telemetry")),
          Map.entry("jdk.jfr.", Set.of("telemetry")),
          Map.entry("java.util.logging.", Set.of("cli", "demo", "telemetry")),
          Map.entry("java.lang.reflect.", Set.of()));

  private Rooms() {}

  /** The room of a package: {@code dev.assayer.validation.notary} is in {@code validation}. */
  static String roomOf(String packageName) {
    String below = packageName.substring(BASE.length());
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }

  static boolean isKnown(String room) {
    return FLOORS.containsKey(room);
  }

  /**
   * Whether code of one package may name code of another: inside its own room and on lower floors.
   * The kinds of validation see the room they are in, but never each other, and it never sees them.
   */
  static boolean mayUse(String from, String to) {
    String fromRoom = roomOf(from);
    String toRoom = roomOf(to);
    if (!fromRoom.equals(toRoom)) {
      return isKnown(fromRoom)
          && isKnown(toRoom)
          && FLOORS.get(toRoom).compareTo(FLOORS.get(fromRoom)) < 0;
    }
    return !fromRoom.equals("validation") || (from + ".").startsWith(to + ".");
  }

  /** Whether a package of ours may name a class that is not ours. */
  static boolean mayUseLibrary(String from, String className) {
    String longest = "";
    for (String prefix : OWNERS.keySet()) {
      if (className.startsWith(prefix) && prefix.length() > longest.length()) {
        longest = prefix;
      }
    }
    if (!longest.isEmpty()) {
      return OWNERS.get(longest).contains(roomOf(from));
    }
    return COMMON.stream().anyMatch(className::startsWith);
  }
}
