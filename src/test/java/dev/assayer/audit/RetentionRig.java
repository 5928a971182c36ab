package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** Logs from which retention removes. */
abstract class RetentionRig {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final RetentionRule ALL = new RetentionRule(Duration.ofDays(3650), 1L << 40);
  static final Retention.Disk ROOMY = disk(1L << 40);

  @TempDir Path dir;

  static Retention.Disk disk(long free) {
    return new Retention.Disk() {
      @Override
      public long free() {
        return free;
      }

      @Override
      public long total() {
        return 1L << 41;
      }
    };
  }

  /** An entry a minute; the last one is of {@link #NOW}. */
  static String entry(int number, int of) {
    return "{\"schema\":\"assayer.decision/1\",\"time\":\""
        + NOW.minus(Duration.ofMinutes(of - 1L - number))
        + "\",\"seq\":"
        + (number + 1)
        + ",\"record_id\":\"id-"
        + number
        + "\"}";
  }

  Path log(int entries) {
    Path log = dir.resolve("log");
    LogSettings quick =
        new LogSettings(log, LogRig.ORIGIN, Optional.of(LogRig.key(log)), false, LogRig.QUICK);
    try (AuditLog open = AuditLog.open(quick, new LogRig.Told())) {
      List<String> all = IntStream.range(0, entries).mapToObj(i -> entry(i, entries)).toList();
      LogRig.inOrder(open, all);
    } catch (LogUnusable unusable) {
      throw new IllegalStateException(unusable);
    }
    return log;
  }

  static Retention retention(
      AuditLog open, Path log, Storage storage, RetentionRule rule, Retention.Disk disk) {
    return new Retention(
        open,
        LogRig.settings(log),
        storage,
        new LogRig.Told(),
        rule,
        disk,
        InstantSource.fixed(NOW));
  }

  static long apply(Path log, RetentionRule rule, Retention.Disk disk) throws IOException {
    try (AuditLog open = LogRig.open(log)) {
      return retention(open, log, new DiskStorage(), rule, disk).apply();
    }
  }

  /** A log of 1500 entries of which retention has removed so many whole bundles. */
  Path cut(int bundles) throws IOException {
    Path log = log(1500);
    var _ = apply(log, age(1499 - 256 * bundles), ROOMY);
    return log;
  }

  static RetentionRule age(int minutes) {
    return new RetentionRule(Duration.ofMinutes(minutes), 1L << 40);
  }

  static VerifyResult.Sound sound(Path log) {
    VerifyResult result = LogRig.verify(log);
    assertThat(result).isInstanceOf(VerifyResult.Sound.class);
    return (VerifyResult.Sound) result;
  }

  static Damage first(Path log) {
    VerifyResult result = LogRig.verify(log);
    assertThat(result).isInstanceOf(VerifyResult.Damaged.class);
    return ((VerifyResult.Damaged) result).damages().getFirst();
  }
}
