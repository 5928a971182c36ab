package dev.assayer.bench;

import dev.assayer.audit.LogBench;
import dev.assayer.bench.OverHttps.Plan;
import dev.assayer.bench.ServerTable.Amount;
import dev.assayer.testing.RealNotary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code make bench}. Arguments, in any order: {@code quick} (less of everything, for a look),
 * {@code write} (puts the results into docs/performance.md), and {@code paths}, {@code server},
 * {@code cold}, {@code process}, {@code log} to run only those parts; without one of them, all run.
 */
public final class Main {
  private static final Set<String> PARTS = Set.of("paths", "server", "cold", "process", "log");
  private static final Set<String> OPTIONS = Set.of("quick", "write");
  private static final Path PAGE = Path.of("docs", "performance.md");
  private static final String BEGIN = "<!-- measured: begin -->";
  private static final String END = "<!-- measured: end -->";

  private static final Plan FULL =
      new Plan(5, new Amount(2, 150, 1_000), new Amount(3, 150, 1_500), 4_000);
  private static final int COLD = 20_000;
  private static final Plan QUICK =
      new Plan(2, new Amount(1, 40, 300), new Amount(1, 40, 200), 400);

  private final List<String> said = new ArrayList<>();

  private Main() {}

  /** Measures, prints, and with {@code write} writes the page. */
  public static void main(String[] args) throws Exception {
    List<String> wanted = List.of(args);
    List<String> unknown =
        wanted.stream().filter(arg -> !PARTS.contains(arg) && !OPTIONS.contains(arg)).toList();
    if (!unknown.isEmpty()) {
      System.err.println("bench: unknown " + unknown + "; known: " + OPTIONS + " " + PARTS);
      System.exit(2);
    }
    boolean all = wanted.stream().noneMatch(PARTS::contains);
    boolean quick = wanted.contains("quick");
    Main bench = new Main();
    bench.say("Measured %s on %s.".formatted(LocalDate.now(ZoneOffset.UTC), machine()));
    if (all || wanted.contains("server")) {
      bench.server(quick ? QUICK : FULL);
    }
    if (all || wanted.contains("cold")) {
      bench.cold(quick ? 1_000 : COLD);
    }
    if (all || wanted.contains("paths")) {
      bench.block("### Hot paths (JMH, one thread, mean)", HotPathTable.measure(quick));
    }
    if (all || wanted.contains("process")) {
      bench.process(quick);
    }
    if (all || wanted.contains("log")) {
      bench.log(quick);
    }
    if (wanted.contains("write")) {
      write(bench.said);
    }
    System.exit(0);
  }

  private void log(boolean quick) throws Exception {
    say("", "### Audit log, at its own interface", "");
    Path directory = Files.createTempDirectory("assayer-bench-log");
    say(LogBench.speed(directory, quick ? 3 : 15).toArray(String[]::new));
    delete(directory);
    Path served = Files.createTempDirectory("assayer-bench-served");
    say("");
    say(LogCost.measure(served, quick ? 2 : 10, quick ? 300 : 1_000).toArray(String[]::new));
    delete(served);
    Path large = Files.createTempDirectory("assayer-bench-large");
    long entries = quick ? 100_000 : 10_000_000;
    say("", LogBench.large(large, entries));
    say(LogCommands.large(large, entries).toArray(String[]::new));
    delete(large);
    Path replayed = Files.createTempDirectory("assayer-bench-replay");
    say(LogCommands.replay(replayed, quick ? 1_000 : 10_000).toArray(String[]::new));
    delete(replayed);
  }

  private void server(Plan plan) throws Exception {
    say("", "### Decisions over HTTPS", "");
    if (!RealNotary.available()) {
      say("Not measured: no notary-server is installed.");
      return;
    }
    Path directory = Files.createTempDirectory("assayer-bench");
    try (RealNotary notary = RealNotary.start(directory)) {
      say(new OverHttps(directory, notary).measure(plan).toArray(String[]::new));
    }
    delete(directory);
  }

  private void cold(int decisions) throws Exception {
    say("", "### Cold decisions over HTTPS, for growth", "");
    Path directory = Files.createTempDirectory("assayer-bench");
    say(ColdGrowth.measure(directory, decisions).toArray(String[]::new));
    delete(directory);
  }

  private void process(boolean quick) throws Exception {
    int rounds = quick ? 100 : 400;
    if (RealNotary.available()) {
      Path directory = Files.createTempDirectory("assayer-bench");
      try (RealNotary notary = RealNotary.start(directory)) {
        block(
            "### Verification alone, without the webhook",
            new InProcess().againstTheRealServer(notary, rounds));
      }
      delete(directory);
    }
    block(
        "### Growth, and large files",
        new InProcess().againstTheEmbeddedServer(rounds, quick ? 500 : 5_000));
  }

  private void block(String title, List<String> lines) {
    say("", title, "", "```");
    say(lines.toArray(String[]::new));
    say("```");
  }

  private void say(String... lines) {
    for (String line : lines) {
      System.out.println(line);
      said.add(line);
    }
  }

  private static String machine() throws IOException {
    String processor = System.getProperty("os.arch");
    Path cpus = Path.of("/proc/cpuinfo");
    if (Files.isReadable(cpus)) {
      try (Stream<String> lines = Files.lines(cpus)) {
        processor =
            lines
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(processor);
      }
    }
    return "%d cores (%s), %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor,
            System.getProperty("os.name"),
            Runtime.version());
  }

  private static void write(List<String> results) throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    if (end < begin) {
      throw new IOException(PAGE + " has lost its marks " + BEGIN + " and " + END);
    }
    String text = "\n" + String.join("\n", results) + "\n";
    Files.writeString(PAGE, page.substring(0, begin) + text + page.substring(end));
    System.out.println("wrote " + PAGE);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> below = Files.walk(directory)) {
      for (Path path : below.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
