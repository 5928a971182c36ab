package dev.assayer.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Decisions over HTTPS and, in turn with them, the bare fetches that they need, at one concurrency
 * after the other. Each round has all five, so that a ratio holds while the machine's speed drifts.
 */
final class ServerTable {
  /** Repositories that fresh and remembered decisions go round; more than there are clients. */
  static final int KNOWN = 64;

  private static final List<String> FILES =
      List.of("timestamp.json", "root.json", "snapshot.json", "targets.json");
  private static final int REVIEW_BYTES = 3_000;

  private final Repositories repositories;
  private final ServedAssayer fresh;
  private final ServedAssayer remembering;
  private final List<String> rows = new ArrayList<>();
  private final List<String> ratios = new ArrayList<>();
  private int nextCold = KNOWN;

  private enum What {
    BARE_CHAIN("bare parallel fetch of the 4 files"),
    COLD("cold decision"),
    BARE_TIMESTAMP("bare fetch of timestamp.json"),
    FRESH("fresh decision"),
    REMEMBERED("remembered decision");

    private final String text;

    What(String text) {
      this.text = text;
    }
  }

  /**
   * How much is measured.
   *
   * @param rounds of each concurrency
   * @param cold decisions and bare fetches of the chain in a round
   * @param others decisions and bare fetches of the timestamp in a round
   */
  record Amount(int rounds, int cold, int others) {
    /** Repositories used up at one concurrency. */
    int repositories() {
      return rounds * cold;
    }
  }

  ServerTable(Repositories repositories, ServedAssayer fresh, ServedAssayer remembering) {
    this.repositories = repositories;
    this.fresh = fresh;
    this.remembering = remembering;
  }

  /** Both tables, in Markdown: times, and ratios of what was measured in turn. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("| what | concurrency | calls | a second | p50 ms | p99 ms | longest ms |");
    lines.add("|---|---|---|---|---|---|---|");
    lines.addAll(rows);
    lines.add("");
    lines.add("| ratio | concurrency | of p50 | of p99 | of throughput | budget |");
    lines.add("|---|---|---|---|---|---|");
    lines.addAll(ratios);
    return lines;
  }

  /** Measures at one concurrency; the repositories must be published. */
  void measure(int concurrency, Amount amount)
      throws IOException, InterruptedException, ExecutionException {
    Map<What, Timings> all = rounds(concurrency, amount);
    for (What what : What.values()) {
      rows.add("| " + what.text + " | " + concurrency + " | " + all.get(what).row() + " |");
    }
    ratios.add(
        ratio(concurrency, "cold / bare chain", 4, all.get(What.COLD), all.get(What.BARE_CHAIN)));
    ratios.add(
        ratio(
            concurrency,
            "fresh / bare timestamp",
            3,
            all.get(What.FRESH),
            all.get(What.BARE_TIMESTAMP)));
  }

  /** The same without a row: the servers compile what they run often. */
  void warmUp(int concurrency, Amount amount)
      throws IOException, InterruptedException, ExecutionException {
    Map<What, Timings> _ = rounds(concurrency, amount);
  }

  /** Fresh decisions, for growth. */
  void fresh(int concurrency, int count)
      throws IOException, InterruptedException, ExecutionException {
    try (Load load = Load.open(fresh.webhook(), fresh.tls(), concurrency, 1)) {
      Timings _ = load.run(0, count, (one, n) -> decide(one, n % KNOWN));
    }
  }

  private Map<What, Timings> rounds(int concurrency, Amount amount)
      throws IOException, InterruptedException, ExecutionException {
    Map<What, Timings> all = new EnumMap<>(What.class);
    try (Load bare = Load.open(repositories.notary(), repositories.tls(), concurrency, 4);
        Load asking = Load.open(fresh.webhook(), fresh.tls(), concurrency, 1);
        Load recalling = Load.open(remembering.webhook(), remembering.tls(), concurrency, 1)) {
      for (int i = 0; i < KNOWN; i++) {
        Timings _ = asking.run(i, i + 1, ServerTable::decide);
        Timings _ = recalling.run(i, i + 1, ServerTable::decide);
      }
      for (int round = 0; round < amount.rounds(); round++) {
        int from = nextCold;
        nextCold += amount.cold();
        int others = amount.others();
        add(all, What.BARE_CHAIN, bare.run(from, nextCold, ServerTable::fetchChain));
        add(all, What.COLD, asking.run(from, nextCold, ServerTable::decide));
        add(
            all,
            What.BARE_TIMESTAMP,
            bare.run(0, others, (own, n) -> fetch(own.subList(0, 1), n % KNOWN)));
        add(all, What.FRESH, asking.run(0, others, (own, n) -> decide(own, n % KNOWN)));
        add(all, What.REMEMBERED, recalling.run(0, others, (own, n) -> decide(own, n % KNOWN)));
      }
    }
    return all;
  }

  private static void add(Map<What, Timings> all, What what, Timings more) {
    all.merge(what, more, Timings::plus);
  }

  private static void fetchChain(List<KeepAlive> connections, int repository) throws IOException {
    fetch(connections, repository);
  }

  /** One file on each connection, all on the way at once. */
  private static void fetch(List<KeepAlive> connections, int repository) throws IOException {
    for (int i = 0; i < connections.size(); i++) {
      connections.get(i).sendGet(Repositories.path(repository, FILES.get(i)));
    }
    for (KeepAlive connection : connections) {
      KeepAlive.Answer answer = connection.receive();
      if (answer.status() != 200 || answer.body().length == 0) {
        throw new IllegalStateException("the Notary answered " + answer.status());
      }
    }
  }

  private static void decide(List<KeepAlive> connections, int repository) throws IOException {
    decide(connections, Repositories.gun(repository));
  }

  /** Allowed, and pinned to what was signed; anything else ends the measurement. */
  static void decide(List<KeepAlive> connections, String repository) throws IOException {
    String image = repository + ":" + Repositories.TAG;
    KeepAlive.Answer answer =
        connections
            .getFirst()
            .post("/mutate?timeout=10s", "application/json", Reviews.pod(image, REVIEW_BYTES));
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    String field = "\"patch\":\"";
    int patch = body.indexOf(field) + field.length();
    if (answer.status() != 200
        || !body.contains("\"allowed\":true")
        || patch < field.length()
        || !new String(
                Base64.getDecoder().decode(body.substring(patch, body.indexOf('"', patch))),
                StandardCharsets.UTF_8)
            .contains(Repositories.DIGEST)) {
      throw new IllegalStateException("not allowed and pinned: " + answer.status() + " " + body);
    }
  }

  private static String ratio(
      int concurrency, String what, int budget, Timings ours, Timings bare) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.2f | %.2f | %.2f | %d |",
        what,
        concurrency,
        ours.millis(50) / bare.millis(50),
        ours.millis(99) / bare.millis(99),
        bare.throughput() / ours.throughput(),
        budget);
  }
}
