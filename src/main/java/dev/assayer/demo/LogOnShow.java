package dev.assayer.demo;

import dev.assayer.audit.Damage;
import dev.assayer.audit.LogKeys;
import dev.assayer.audit.LogVerifier;
import dev.assayer.audit.VerifyRequest;
import dev.assayer.audit.VerifyResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Shows that the audit log verifies, and that one changed bit of a copy is found. */
final class LogOnShow {
  /** A checkpoint follows a decision within a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path log;
  private final List<LogKeys.Found> keys;
  private final List<String> lines = new ArrayList<>();

  /** For this log and the file of its key. */
  LogOnShow(Path log, Path key) {
    this.log = log;
    keys = List.of(LogKeys.read(key));
  }

  /** What to print. */
  List<String> lines() {
    return lines;
  }

  /**
   * Verifies the log, and a copy with one changed bit.
   *
   * @param entries how many it must have
   * @return whether the log verified and the copy did not
   */
  boolean run(int entries) {
    VerifyResult whole = verify(log);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (size(whole) < entries && System.nanoTime() - end < 0) {
      pause();
      whole = verify(log);
    }
    boolean good = tell("The audit log of these reviews", whole) && size(whole) >= entries;
    Path copy = log.resolveSibling("audit-copy");
    try {
      String where = flip(copy(copy));
      return !tell("A copy of it, with one bit changed in " + where, verify(copy)) && good;
    } catch (IOException e) {
      throw new UncheckedIOException("no copy of the audit log", e);
    }
  }

  private VerifyResult verify(Path directory) {
    return LogVerifier.verify(
        new VerifyRequest(directory, keys, Optional.empty(), List.of(), (_, _) -> {}));
  }

  private static long size(VerifyResult result) {
    return result instanceof VerifyResult.Sound sound ? sound.head().size() : 0;
  }

  private boolean tell(String what, VerifyResult result) {
    return switch (result) {
      case VerifyResult.Sound(var head, var key, long _, long _, var _, var _, var _) -> {
        lines.add(what + " verifies: " + head.size() + " entries, root " + head.root() + ",");
        lines.add("  signed by " + key.text());
        yield true;
      }
      case VerifyResult.Damaged(List<Damage> damages) -> {
        lines.add(what + ", does NOT verify:");
        lines.add("  " + damages.getFirst().text());
        yield false;
      }
      case VerifyResult.Unreadable(String why) -> {
        lines.add(what + " cannot be read: " + why);
        yield false;
      }
    };
  }

  private Path copy(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(log)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(log.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  /** Changes a bit in the middle of the newest bundle of entries; its name. */
  private static String flip(Path copy) throws IOException {
    Path bundle;
    try (Stream<Path> files = Files.walk(copy.resolve("tile/entries"))) {
      bundle =
          files
              .filter(Files::isRegularFile)
              .max((one, other) -> Long.compare(one.toFile().length(), other.toFile().length()))
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[bytes.length / 2] ^= 1;
    Files.write(bundle, bytes);
    return copy.relativize(bundle).toString();
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
