package dev.assayer.bench;

import dev.assayer.bench.ServedAssayer.Footprint;
import dev.assayer.bench.ServerTable.Amount;
import dev.assayer.testing.RealNotary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The built {@code assayer serve} as a process of its own, before a real notary-server, under the
 * load of another process: time to start, memory, descriptors, and the table of {@link
 * ServerTable}.
 */
final class OverHttps {
  private static final List<Integer> CONCURRENCY = List.of(1, 8, 32);

  /** Longer than it takes to give back what the start needed. */
  private static final long SETTLE_MILLIS = 12_000;

  private final Path directory;
  private final Repositories repositories;
  private final List<String> lines = new ArrayList<>();

  /**
   * How much to measure.
   *
   * @param starts to take the median of
   * @param decisions before and after which the process is compared
   */
  record Plan(int starts, Amount warmUp, Amount amount, int decisions) {}

  OverHttps(Path directory, RealNotary notary) {
    this.directory = directory;
    this.repositories = new Repositories(notary);
  }

  /** Measures; Markdown. */
  List<String> measure(Plan plan) throws Exception {
    int published =
        ServerTable.KNOWN
            + plan.warmUp().repositories()
            + CONCURRENCY.size() * plan.amount().repositories();
    repositories.publish(0, published);
    starts(plan.starts());
    try (ServedAssayer fresh = start("0s");
        ServedAssayer remembering = start("1h")) {
      Thread.sleep(SETTLE_MILLIS);
      Footprint idle = fresh.footprint();
      ServerTable table = new ServerTable(repositories, fresh, remembering);
      table.warmUp(8, plan.warmUp());
      table.fresh(8, plan.decisions() / 4);
      Footprint before = fresh.footprint();
      double heapBefore = fresh.liveHeapMiB();
      for (int concurrency : CONCURRENCY) {
        table.measure(concurrency, plan.amount());
      }
      table.fresh(8, plan.decisions());
      Thread.sleep(SETTLE_MILLIS);
      Footprint after = fresh.footprint();
      lines.add("| process | resident MiB | live heap MiB | descriptors | threads |");
      lines.add("|---|---|---|---|---|");
      lines.add(row("idle after the start", idle, "–"));
      lines.add(row("warm, before the load", before, mebibytes(heapBefore)));
      lines.add(row("after all decisions below", after, mebibytes(fresh.liveHeapMiB())));
      int fetched = 3 * plan.amount().rounds();
      lines.add("");
      lines.add(
          String.format(
              Locale.ROOT,
              "Decisions between the last two rows: %,d cold, %,d fresh.",
              fetched * plan.amount().cold(),
              fetched * plan.amount().others() + plan.decisions()));
      lines.add("");
      lines.addAll(table.lines());
    }
    return List.copyOf(lines);
  }

  private void starts(int count) throws Exception {
    double[] millis = new double[count];
    for (int i = 0; i < count; i++) {
      try (ServedAssayer one = start("0s")) {
        millis[i] = one.startMillis();
      }
    }
    Arrays.sort(millis);
    lines.add(
        String.format(
            Locale.ROOT,
            "Start of the launcher to ready, median of %d: %.0f ms (%.0f to %.0f).",
            count,
            millis[count / 2],
            millis[0],
            millis[count - 1]));
    lines.add("");
  }

  private ServedAssayer start(String maxAge) throws Exception {
    return ServedAssayer.start(own(), repositories, maxAge);
  }

  private Path own() throws IOException {
    return Files.createTempDirectory(directory, "serve");
  }

  private static String row(String when, Footprint footprint, String heap) {
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %s | %d | %d |",
        when,
        footprint.rssMiB(),
        heap,
        footprint.descriptors(),
        footprint.threads());
  }

  private static String mebibytes(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
