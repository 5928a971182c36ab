package dev.assayer.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/**
 * What the audit log costs through the server: two processes, one with a log and fsync and one
 * without, asked in turn about an image that no rule verifies, so that nothing else takes time.
 */
final class LogCost {
  private static final List<Integer> CONCURRENCY = List.of(1, 8, 32);
  private static final String IMAGE = "registry.example/tools/sh:1";
  private static final int REVIEW_BYTES = 3_000;
  private static final String POLICY = "policy: [{pattern: \"*:*\", verify: false}]\n";

  private LogCost() {}

  /** Measures; Markdown. */
  static List<String> measure(Path directory, int rounds, int calls) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| through the server | concurrency | calls | a second | p50 ms | p99 ms | longest ms |");
    lines.add("|---|---|---|---|---|---|---|");
    List<String> ratios = new ArrayList<>();
    Path plain = Files.createDirectory(directory.resolve("without"));
    Path logged = Files.createDirectory(directory.resolve("with"));
    try (ServedAssayer without = ServedAssayer.start(plain, POLICY);
        ServedAssayer with = ServedAssayer.start(logged, "audit: {directory: audit}\n" + POLICY)) {
      var _ = both(without, with, 8, 3, calls);
      for (int concurrency : CONCURRENCY) {
        List<Timings> both = both(without, with, concurrency, rounds, calls);
        lines.add("| without a log | " + concurrency + " | " + both.getFirst().row() + " |");
        lines.add("| with a log, fsync | " + concurrency + " | " + both.getLast().row() + " |");
        ratios.add(ratio(concurrency, both.getFirst(), both.getLast()));
      }
    }
    lines.add("");
    lines.add("| with / without | of p50 | of p99 | of throughput | added at p50, ms |");
    lines.add("|---|---|---|---|---|");
    lines.addAll(ratios);
    return lines;
  }

  /** In turn, so that a ratio holds while the machine drifts. */
  private static List<Timings> both(
      ServedAssayer without, ServedAssayer with, int concurrency, int rounds, int calls)
      throws IOException, InterruptedException, ExecutionException {
    Timings plain = Timings.NONE;
    Timings logged = Timings.NONE;
    try (Load one = Load.open(without.webhook(), without.tls(), concurrency, 1);
        Load other = Load.open(with.webhook(), with.tls(), concurrency, 1)) {
      for (int round = 0; round < rounds; round++) {
        plain = plain.plus(one.run(0, calls, (own, _) -> admit(own)));
        logged = logged.plus(other.run(0, calls, (own, _) -> admit(own)));
      }
    }
    return List.of(plain, logged);
  }

  private static void admit(List<KeepAlive> connections) throws IOException {
    KeepAlive.Answer answer =
        connections
            .getFirst()
            .post("/mutate?timeout=10s", "application/json", Reviews.pod(IMAGE, REVIEW_BYTES));
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    if (answer.status() != 200 || !body.contains("\"allowed\":true")) {
      throw new IllegalStateException("not allowed: " + answer.status() + " " + body);
    }
  }

  private static String ratio(int concurrency, Timings without, Timings with) {
    return String.format(
        Locale.ROOT,
        "| %d at once | %.2f | %.2f | %.2f | %.2f |",
        concurrency,
        with.millis(50) / without.millis(50),
        with.millis(99) / without.millis(99),
        without.throughput() / with.throughput(),
        with.millis(50) - without.millis(50));
  }
}
