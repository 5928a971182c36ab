package dev.assayer.telemetry;

import dev.assayer.decision.Stage;
import io.opentelemetry.api.trace.SpanKind;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the stages of a verification are called in a trace. The one table from the words of {@code
 * remote} and {@code validation}, which also stand in denial messages, to span names; a name that
 * it does not hold is a file of a dependency, or own work under its own name.
 *
 * @param name the span's name, of a small set
 * @param kind CLIENT for what was waited for over the network
 * @param role TUF role that it is about, empty if about none
 */
record StageSpan(String name, SpanKind kind, Optional<String> role) {
  /** What the stages begin with in which a receiver was told before an admission. */
  static final String ALERT = "alert.send ";

  private static final String VERIFY = "verify ";

  static StageSpan of(Stage stage) {
    return switch (stage.name()) {
      case "queue" -> own("upstream.queue");
      case "token" -> new StageSpan("token.fetch", SpanKind.CLIENT, Optional.empty());
      // Waiting for another request's attempt; that one's trace has the fetches.
      case "trust data" -> own("verification.wait");
      case "memory" -> own("cache.lookup");
      case "verify root" -> about("verify.root", "root");
      default -> unlisted(stage);
    };
  }

  private static StageSpan unlisted(Stage stage) {
    String name = stage.name();
    if (stage.dependency().isPresent()) {
      return new StageSpan("notary.fetch", SpanKind.CLIENT, Optional.of(name));
    }
    if (!name.startsWith(VERIFY)) {
      return own(name);
    }
    String role = name.substring(VERIFY.length());
    return about(role.startsWith("targets/") ? "verify.delegations" : "verify.tuf", role);
  }

  private static StageSpan own(String name) {
    return new StageSpan(name, SpanKind.INTERNAL, Optional.empty());
  }

  private static StageSpan about(String name, String role) {
    return new StageSpan(name, SpanKind.INTERNAL, Optional.of(role));
  }

  /** The figure that a note begins with, such as {@code 200} or {@code 512 bytes}. */
  static OptionalLong figure(String note) {
    int end = 0;
    while (end < note.length() && end < 18 && note.charAt(end) >= '0' && note.charAt(end) <= '9') {
      end++;
    }
    boolean whole = end > 0 && (end == note.length() || note.charAt(end) == ' ');
    return whole ? OptionalLong.of(Long.parseLong(note.substring(0, end))) : OptionalLong.empty();
  }
}
