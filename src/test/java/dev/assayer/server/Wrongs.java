package dev.assayer.server;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must hold of every answer to a request with {@code timeout=2s}, whatever a Notary does. */
final class Wrongs {
  /** The time that was granted, and what the scheduler may take of it. */
  private static final Duration ANSWERED = Duration.ofMillis(2050);

  private static final List<Pattern> NAMED =
      List.of(
          Pattern.compile("(timestamp|snapshot|targets|root)\\b|trust data"),
          Pattern.compile("[0-9] m?s\\b"),
          Pattern.compile("Record [0-9a-f-]{36}, trace [0-9a-f]{32}"));

  private Wrongs() {}

  /** What is wrong with this answer, by a server that asks {@code host}. */
  static Stream<String> of(Load.Answered one, String host) {
    Caller.Told told = one.told();
    String shown = one.image() + " after " + told.took() + ": " + told.response();
    return Stream.of(
            when(told.status() != 200, "status " + told.status()),
            when(told.took().compareTo(ANSWERED) > 0, "late"),
            when(told.allowed() && !one.image().equals(ServerRig.SIGNED), "a wrong admit"),
            when(
                told.allowed()
                    && !told.patched().equals(List.of(ServerRig.SIGNED + '@' + ServerRig.DIGEST)),
                "pinned to " + told.patched()),
            when(!told.allowed() && !told.message().contains(host), "no dependency in the message"),
            NAMED.stream()
                .filter(name -> !told.allowed() && !name.matcher(told.message()).find())
                .map(name -> "nothing like " + name + " in the message"))
        .flatMap(wrong -> wrong)
        .map(wrong -> wrong + ": " + shown);
  }

  private static Stream<String> when(boolean wrong, String what) {
    return wrong ? Stream.of(what) : Stream.empty();
  }
}
