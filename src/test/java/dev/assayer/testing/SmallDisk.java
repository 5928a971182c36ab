package dev.assayer.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real file system of a few megabytes in memory, which a test fills. */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 1 << 16;
  private static final long PAUSE_MILLIS = 20;

  private final Path folder;
  private final boolean mounted;
  private volatile boolean filling;
  private Optional<Thread> taking = Optional.empty();

  private SmallDisk(Path folder, boolean mounted) {
    this.folder = folder;
    this.mounted = mounted;
  }

  /** Mounts it on an empty folder. Where tests may not mount, it is an ordinary folder. */
  public static SmallDisk mount(Path folder, int megabytes) {
    String size = "size=" + megabytes + "m";
    return new SmallDisk(folder, runs("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder));
  }

  private static boolean runs(Object... command) {
    String[] words = new String[command.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = command[i].toString();
    }
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException noProgram) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends a test here where no file system could be mounted. */
  public SmallDisk required() {
    Assumptions.assumeTrue(mounted, "no file system can be mounted here");
    return this;
  }

  public Path folder() {
    return folder;
  }

  /** Writes until so many bytes are left. */
  public void fillUpTo(long left) throws IOException {
    required();
    try (OutputStream out = Files.newOutputStream(filler())) {
      for (long rest = free() - left; rest > 0; rest -= BLOCK) {
        out.write(new byte[(int) Math.min(rest, BLOCK)]);
      }
    }
  }

  /** Writes until nothing is left, and takes what becomes free, until {@link #empty}. */
  public void fill() {
    required();
    filling = true;
    taking = Optional.of(Thread.ofVirtual().name("filling " + folder).start(this::take));
  }

  private void take() {
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (filling) {
        try {
          out.write(new byte[BLOCK]); // as much of it as there is room for
        } catch (IOException full) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long free() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  /** Gives the room back. */
  public void empty() throws IOException {
    filling = false;
    if (taking.isPresent()) {
      join(taking.get());
    }
    Files.deleteIfExists(filler());
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    empty();
    if (mounted && !runs("umount", folder)) {
      throw new IOException(folder + " is still in use");
    }
  }
}
