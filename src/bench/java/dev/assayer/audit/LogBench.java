package dev.assayer.audit;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.RuleRef;
import dev.assayer.decision.Signer;
import dev.assayer.decision.Timing;
import dev.assayer.decision.ValidatorRef;
import dev.assayer.decision.Verdict;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The audit log at its own interface, and the verification of a large one. */
public final class LogBench {
  private static final int RECORD = 1800;
  private static final int THREADS = 64;
  private static final String IMAGE = "registry.example/shop/cart:1.4";

  /** An image that only the decision in the middle of a large log names. */
  public static final String RARE = "registry.example/shop/rare:1";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private LogBench() {}

  private static byte[] record(long number) {
    String head =
        "{\"schema\":\"assayer.decision/1\",\"time\":\"2026-03-01T12:00:00.000Z\",\"record_id\":\"id-"
            + number
            + "\",\"pad\":\"";
    byte[] record = new byte[RECORD];
    Arrays.fill(record, (byte) 'x');
    byte[] start = head.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(start, 0, record, 0, start.length);
    record[RECORD - 2] = '"';
    record[RECORD - 1] = '}';
    return record;
  }

  private static final class Silent implements LogObserver {
    @Override
    public void written(int entries, Duration took) {
      // Not asked.
    }

    @Override
    public void failed(int entries) {
      throw new IllegalStateException("a record could not be written");
    }

    @Override
    public void dropped() {
      throw new IllegalStateException("a record was dropped");
    }

    @Override
    public void published(long size) {
      // Not asked.
    }

    @Override
    public void tampered() {
      throw new IllegalStateException("tampered");
    }
  }

  private static LogSettings settings(Path folder, boolean fsync) throws IOException {
    Path key = folder.resolve("bench.key");
    if (!Files.exists(key)) {
      Files.createDirectories(folder);
      Files.writeString(key, Ed25519Signer.newKeyPem());
    }
    return new LogSettings(folder.resolve("log"), "assayer/bench/0", Optional.of(key), fsync);
  }

  private static double percentile(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))] / 1e6;
  }

  /** Milliseconds of one write of a record with fsync, one after the other. */
  private static long[] bare(Path folder, int times) throws IOException {
    long[] took = new long[times];
    Path file = folder.resolve("bare");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < times; i++) {
        long begun = System.nanoTime();
        channel.write(ByteBuffer.wrap(record(i)));
        channel.force(false);
        took[i] = System.nanoTime() - begun;
      }
    }
    Arrays.sort(took);
    return took;
  }

  /**
   * Appends at a rate, or as fast as it goes.
   *
   * @param perSecond 0 for no limit; the wait for its turn counts in a record's time
   */
  private static String append(AuditLog log, int perSecond, int seconds, int threads)
      throws InterruptedException {
    int most = Math.max(perSecond, 20_000) * seconds;
    long[] took = new long[most];
    AtomicInteger next = new AtomicInteger();
    long begun = System.nanoTime();
    long end = begun + Duration.ofSeconds(seconds).toNanos();
    List<Thread> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      all.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = next.getAndIncrement(); i < most; i = next.getAndIncrement()) {
                  long due =
                      perSecond == 0 ? System.nanoTime() : begun + i * 1_000_000_000L / perSecond;
                  while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                  }
                  if (due >= end || System.nanoTime() >= end + PATIENCE.toNanos()) {
                    return;
                  }
                  if (log.append(record(i), Optional.empty(), Deadline.after(PATIENCE))
                      instanceof AppendResult.Failed(String why, var _)) {
                    throw new IllegalStateException(why);
                  }
                  took[i] = System.nanoTime() - due;
                }
              }));
    }
    for (Thread thread : all) {
      thread.join();
    }
    double lasted = (System.nanoTime() - begun) / 1e9;
    long[] sorted = Arrays.stream(took).filter(nanos -> nanos > 0).sorted().toArray();
    return row(
        perSecond == 0 ? threads + " at once, as fast as it goes" : "at " + perSecond + " a second",
        sorted.length / lasted,
        sorted);
  }

  private static String row(String what, double rate, long[] sorted) {
    return "| %s | %.0f | %.2f | %.2f | %.1f |"
        .formatted(
            what, rate, percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1));
  }

  /** How many records a second it takes, and for how long each waits, as a table. */
  public static List<String> speed(Path folder, int seconds) throws Exception {
    List<String> rows = new ArrayList<>();
    rows.add(
        "Records of " + RECORD + " bytes, each on the disk (fsync) before its append returns.");
    rows.add("");
    rows.add("| | records/s | p50 ms | p99 ms | max ms |");
    rows.add("|---|---|---|---|---|");
    try (AuditLog log = AuditLog.open(settings(folder, true), new Silent())) {
      // Not as fast as it goes: what then waits to be published would be written meanwhile.
      var _ = append(log, 5000, Math.min(5, seconds), 512);
      long[] bare = bare(folder, 500);
      rows.add(
          row("bare write and fsync, one after the other", 1000 / percentile(bare, 0.5), bare));
      rows.add(append(log, 5000, seconds, 512));
      rows.add(append(log, 0, seconds, THREADS));
      rows.add(append(log, 0, seconds, 256));
    }
    return rows;
  }

  /** The id of the decision with this number: a UUID of version 7, ten milliseconds apart. */
  public static String id(long number) {
    String time = String.format(Locale.ROOT, "%012x", millis(number));
    return time.substring(0, 8)
        + "-"
        + time.substring(8)
        + String.format(Locale.ROOT, "-7000-8000-%012x", number);
  }

  private static long millis(long number) {
    return BEGIN.toEpochMilli() + 10 * number;
  }

  private static ImageDecision image() {
    String digest = "sha256:" + "5a".repeat(32);
    return new ImageDecision(
        "app",
        "container",
        IMAGE,
        Optional.of(IMAGE),
        Optional.of(digest),
        true,
        Optional.of(new RuleRef(3, "registry.example/*:*", List.of("*:*"))),
        List.of(new ValidatorRef("default", "notaryV1", "notary.example:4443")),
        Verdict.VERIFIED,
        Reason.SIGNATURE_VALID,
        Mode.ENFORCE,
        "",
        List.of(new Signer("targets/releases", "ab".repeat(32), "ecdsa-p256", false)),
        Optional.empty(),
        Optional.of(new Timing(Duration.ofMillis(2), Duration.ofMillis(80), false)),
        List.of(),
        List.of(),
        List.of());
  }

  private static Decision decision() {
    return new Decision(
        id(0),
        BEGIN,
        1,
        Duration.ofMillis(9500),
        Duration.ofMillis(84),
        new Decision.Service("0.1.0", "bench", "0"),
        new Decision.Request(
            "6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11",
            "anonymous",
            "mutate",
            "CREATE",
            "v1",
            "Pod",
            "shop",
            "cart",
            Optional.empty(),
            false,
            "dana@acme.example",
            List.of("system:authenticated")),
        Outcome.ALLOWED,
        Verdict.VERIFIED,
        Reason.SIGNATURE_VALID,
        "",
        Mode.ENFORCE,
        "sha256:" + "aa".repeat(32),
        "sha256:" + "bb".repeat(32),
        1,
        Optional.empty(),
        List.of(),
        List.of(image()));
  }

  /** A log of so many decisions, without waiting for the disk. */
  private static void make(Path folder, long entries) throws Exception {
    LogSettings settings = settings(folder, false);
    Files.createDirectories(settings.directory());
    Storage storage = new Hasty();
    Ed25519Signer signer = LogKeys.signer(settings, storage);
    Path log = settings.directory();
    LogKeys.show(log, new LogKey(settings.origin(), signer.publicKey()), storage);
    Publisher publisher = new Publisher(storage, log, settings.origin(), signer, Optional.empty());
    GrowingTree tree = new GrowingTree(new Frontier(), List.of());
    String line = DecisionRecord.line(decision());
    for (long i = 0; i < entries; i++) {
      String named = i == entries / 2 ? line.replace(IMAGE, RARE) : line;
      byte[] entry =
          named
              .replace(id(0), id(i))
              .replace("\"seq\":1,", "\"seq\":" + (i + 1) + ',')
              .replace(TIME.format(BEGIN), TIME.format(Instant.ofEpochMilli(millis(i))))
              .getBytes(StandardCharsets.UTF_8);
      tree.append(Hash.leaf(entry), entry);
      if ((i + 1) % 16_384 == 0 || i == entries - 1) {
        GrowingTree.Head head = tree.head();
        var _ = publisher.publish(head);
        tree.published(head);
      }
    }
  }

  /** A disk that is not waited for. */
  private static final class Hasty implements Storage {
    private final DiskStorage disk = new DiskStorage();

    @Override
    public void folder(Path folder) throws IOException {
      Files.createDirectories(folder);
    }

    @Override
    public void put(Path file, byte[] content) throws IOException {
      Files.write(file, content);
    }

    @Override
    public void sync(Path folder) {
      // Not waited for.
    }

    @Override
    public void delete(Path file) throws IOException {
      disk.delete(file);
    }

    @Override
    public Appending create(Path file) throws IOException {
      return disk.create(file);
    }
  }

  private static double verify(Path folder) {
    long begun = System.nanoTime();
    VerifyResult result =
        LogVerifier.verify(
            new VerifyRequest(
                folder.resolve("log"),
                List.of(LogKeys.read(folder.resolve("bench.key"))),
                Optional.empty(),
                List.of(),
                (_, _) -> {}));
    if (!(result instanceof VerifyResult.Sound)) {
      throw new IllegalStateException(result.toString());
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  /** Milliseconds to find decisions by their ids, from the opening of the log. */
  private static long[] find(Path folder, long entries, int times) throws IOException {
    long[] took = new long[times];
    Random random = new Random(1);
    for (int i = 0; i < times; i++) {
      long number = random.nextLong(entries);
      long begun = System.nanoTime();
      Optional<LogRecords.Found> found =
          LogRecords.of(folder.resolve("log")).orElseThrow().find(id(number));
      took[i] = System.nanoTime() - begun;
      if (found.map(LogRecords.Found::index).orElse(-1L) != number) {
        throw new IllegalStateException("not found: " + number);
      }
    }
    Arrays.sort(took);
    return took;
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** How long a log of so many decisions takes to verify, and to find one in it. */
  public static String large(Path folder, long entries) throws Exception {
    make(folder, entries);
    double verified = verify(folder);
    long[] found = find(folder, entries, 200);
    return """
    A log of %,d decisions (%.1f GB) verifies in %.0f s; \
    one is found by its id in %.1f ms (p50), %.1f ms (p99).\
    """
        .formatted(
            entries,
            bytes(folder) / 1e9,
            verified,
            percentile(found, 0.5),
            percentile(found, 0.99));
  }

  /**
   * {@code speed DIR SECONDS}, {@code make DIR ENTRIES}, {@code large DIR ENTRIES}.
   *
   * @param arguments as above
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "speed" -> speed(folder, Integer.parseInt(arguments[2])).forEach(System.out::println);
      case "make" -> make(folder, Long.parseLong(arguments[2]));
      case "large" -> System.out.println(large(folder, Long.parseLong(arguments[2])));
      default -> throw new IllegalArgumentException("speed, make or large");
    }
  }
}
