package dev.assayer.telemetry;

import dev.assayer.decision.Decision;
import dev.assayer.image.Printable;
import io.opentelemetry.api.common.AttributeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The trace of a decision for people: the spans that would be exported, as an indented tree. */
public final class TraceTree {
  private static final int NAME_WIDTH = 58;

  private TraceTree() {}

  /**
   * The tree, a line a span: name and subject, duration, and what came of it (verdict and reason,
   * the host that was asked and its status).
   */
  public static List<String> lines(Decision decision) {
    return lines(DecisionSpans.tree(decision));
  }

  static List<String> lines(SpanNode root) {
    List<String> lines = new ArrayList<>();
    write(root, "", "", lines);
    return List.copyOf(lines);
  }

  private static void write(SpanNode span, String first, String rest, List<String> lines) {
    String name = first + span.name() + subject(span);
    lines.add((pad(name) + figure(span.duration()) + "  " + outcome(span)).stripTrailing());
    for (int i = 0; i < span.children().size(); i++) {
      boolean last = i == span.children().size() - 1;
      write(
          span.children().get(i),
          rest + (last ? "└─ " : "├─ "),
          rest + (last ? "   " : "│  "),
          lines);
    }
  }

  private static String pad(String name) {
    return name + " ".repeat(Math.max(1, NAME_WIDTH - name.codePointCount(0, name.length())));
  }

  private static String figure(Duration duration) {
    return String.format(Locale.ROOT, "%9.3f ms", duration.toNanos() / 1e6);
  }

  private static String subject(SpanNode span) {
    return text(span, "container.image.name")
        .or(() -> text(span, "assayer.tuf.role"))
        .map(subject -> " " + plain(subject))
        .orElse("");
  }

  private static String outcome(SpanNode span) {
    List<String> words = new ArrayList<>();
    text(span, "assayer.outcome").ifPresent(words::add);
    text(span, "assayer.verdict").ifPresent(words::add);
    text(span, "assayer.reason").ifPresent(reason -> words.add("[" + reason + "]"));
    text(span, "server.address")
        .ifPresent(host ->
            words.add(
                plain(host) + number(span, "server.port").map(port -> ":" + port).orElse("")));
    text(span, "server.address")
        .flatMap(_ -> number(span, "http.response.status_code"))
        .ifPresent(status -> words.add(status.toString()));
    text(span, "assayer.cache.result").ifPresent(result -> words.add(plain(result)));
    number(span, "assayer.patch.operations").ifPresent(n -> words.add(n + " operations"));
    number(span, "assayer.bytes").ifPresent(n -> words.add(n + " bytes"));
    number(span, "assayer.spans_left_out").ifPresent(n -> words.add(n + " spans left out"));
    if (Boolean.TRUE.equals(span.attributes().get(AttributeKey.booleanKey("assayer.shared")))) {
      words.add("shared");
    }
    if (text(span, "assayer.verdict").isEmpty()) {
      span.error().filter(error -> !words.contains(error)).ifPresent(words::add);
    }
    return String.join(" ", words);
  }

  private static Optional<String> text(SpanNode span, String key) {
    return Optional.ofNullable(span.attributes().get(AttributeKey.stringKey(key)));
  }

  private static Optional<Long> number(SpanNode span, String key) {
    return Optional.ofNullable(span.attributes().get(AttributeKey.longKey(key)));
  }

  /** Names come from requests: what could deceive on a screen is shown as an escape. */
  private static String plain(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f) ? text : Printable.quoted(text);
  }
}
