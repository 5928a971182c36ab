package dev.assayer.audit;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Logs for tests. */
final class LogRig {
  static final String ORIGIN = "assayer/test/replica-0";
  static final Duration QUICK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private LogRig() {}

  /** What a log told. */
  static final class Told implements LogObserver {
    final AtomicInteger written = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    final AtomicInteger dropped = new AtomicInteger();
    final AtomicInteger tampered = new AtomicInteger();
    final List<Keeping> evidence = new CopyOnWriteArrayList<>();

    /** What became of checkpoints elsewhere, as {@code place result}, and {@code tampered}. */
    final List<String> outside = new CopyOnWriteArrayList<>();

    @Override
    public void written(int entries, Duration took) {
      written.addAndGet(entries);
    }

    @Override
    public void failed(int entries) {
      failed.addAndGet(entries);
    }

    @Override
    public void dropped() {
      dropped.incrementAndGet();
    }

    @Override
    public void published(long size) {
      // Asked of the log itself.
    }

    @Override
    public void published(String place, Publication result) {
      outside.add(place + " " + result.code());
    }

    @Override
    public void evidence(Keeping result) {
      evidence.add(result);
    }

    @Override
    public void tampered() {
      tampered.incrementAndGet();
      outside.add("tampered");
    }
  }

  /** A key beside the folder of the log. */
  static Path key(Path log) {
    Path file = log.resolveSibling("log.key");
    try {
      return Files.exists(file) ? file : Files.writeString(file, Ed25519Signer.newKeyPem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LogSettings settings(Path log) {
    return settings(log, ORIGIN, QUICK);
  }

  static LogSettings settings(Path log, String origin, Duration interval) {
    return new LogSettings(log, origin, Optional.of(key(log)), true, interval);
  }

  static AuditLog open(Path log) {
    return open(log, new Told());
  }

  static AuditLog open(Path log, LogObserver observer) {
    try {
      return AuditLog.open(settings(log), observer);
    } catch (LogUnusable unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  static String entry(int number) {
    return "{\"schema\":\"assayer.decision/1\",\"seq\":"
        + number
        + ",\"record_id\":\"id-"
        + number
        + "\"}";
  }

  static byte[] bytes(String entry) {
    return entry.getBytes(StandardCharsets.UTF_8);
  }

  static AppendResult append(AuditLog log, String entry) {
    return log.append(bytes(entry), Optional.empty(), Deadline.after(PATIENCE));
  }

  /** Appends entries with these numbers from many threads. */
  static void fill(AuditLog log, int from, int to) {
    List<AppendResult> bad = new CopyOnWriteArrayList<>();
    IntStream.range(from, to)
        .parallel()
        .forEach(number -> {
          if (append(log, entry(number)) instanceof AppendResult.Failed failed) {
            bad.add(failed);
          }
        });
    if (!bad.isEmpty()) {
      throw new AssertionError(bad.toString());
    }
  }

  /** Appends these in their order. */
  static void inOrder(AuditLog log, List<String> entries) {
    for (String entry : entries) {
      if (append(log, entry) instanceof AppendResult.Failed failed) {
        throw new AssertionError(failed.toString());
      }
    }
  }

  /** A closed log of so many entries, one after the other. */
  static Path logOf(Path log, int entries) {
    return logOf(log, ORIGIN, entries);
  }

  static Path logOf(Path log, String origin, int entries) {
    try (AuditLog open = AuditLog.open(settings(log, origin, QUICK), new Told())) {
      fill(open, 0, entries);
    } catch (LogUnusable unusable) {
      throw new IllegalStateException(unusable);
    }
    return log;
  }

  static VerifyResult verify(Path log, Path... earlier) {
    return LogVerifier.verify(
        new VerifyRequest(
            log,
            List.of(LogKeys.read(key(log))),
            Optional.of(ORIGIN),
            List.of(earlier),
            (_, _) -> {}));
  }

  /** The entries as a reader finds them, in order, those of the journal too. */
  static List<String> entries(Path log) {
    try (AuditLog reopened = open(log)) {
      LogReader reader = new LogReader(log);
      long size = reopened.size();
      return LongStream.iterate(0, n -> n < size, n -> n + Tile.WIDTH)
          .boxed()
          .flatMap(first -> bundle(reader, first / Tile.WIDTH, size).stream())
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
          .toList();
    }
  }

  private static List<byte[]> bundle(LogReader reader, long index, long size) {
    try {
      int width = (int) Math.min(Tile.WIDTH, size - index * Tile.WIDTH);
      return reader.bundle(index, width).orElseThrow().exactly(width).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
