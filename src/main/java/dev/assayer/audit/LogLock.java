package dev.assayer.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The right to write a log: a lock on a file in its folder, gone with the process. */
final class LogLock implements AutoCloseable {
  static final String FILE = "lock";

  private final FileChannel channel;

  private LogLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it, and makes the folder.
   *
   * @throws LogUnusable if somebody else has it, or there is no such folder
   */
  static LogLock take(Path log, Storage storage) throws LogUnusable {
    FileChannel channel;
    try {
      storage.folder(log);
      channel =
          FileChannel.open(log.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException failed) {
      throw new LogUnusable("the audit log in " + log + " cannot be opened: " + Words.of(failed));
    }
    LogLock lock = new LogLock(channel);
    try {
      if (channel.tryLock() != null) {
        return lock;
      }
    } catch (OverlappingFileLockException | IOException taken) {
      // By this process, or locks are not to be had here: either way not ours.
    }
    lock.close();
    throw new LogUnusable(
        "another process writes the audit log in "
            + log
            + ", or its file system has no locks; each replica needs a folder of its own");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException gone) {
      // The lock ends with the process at the latest.
    }
  }
}
