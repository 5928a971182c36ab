package dev.assayer.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What a log asks of the disk. Faults of disks are put here by tests. */
interface Storage {

  /** Makes a folder with all above it, durably. */
  void folder(Path folder) throws IOException;

  /**
   * Writes a whole file in the place of what is there. Its content is durable before it gets its
   * name; the name is durable after {@link #sync} of its folder.
   */
  void put(Path file, byte[] content) throws IOException;

  /** Makes the names in a folder durable. */
  void sync(Path folder) throws IOException;

  /** Removes a file that may be gone already. */
  void delete(Path file) throws IOException;

  /** Makes a file to append to; it must not exist. Its name is durable afterwards. */
  Appending create(Path file) throws IOException;

  /** A file that grows. Used by one thread at a time. */
  interface Appending extends AutoCloseable {
    /** Appends all of it. */
    void append(ByteBuffer bytes) throws IOException;

    /** Makes what was appended durable. */
    void force() throws IOException;

    /** Cuts the file to this length. */
    void cut(long length) throws IOException;

    /** Whether the file still has its name and this length. */
    boolean isInPlace(long length) throws IOException;

    @Override
    void close() throws IOException;
  }
}
