package dev.assayer.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** Files of the default file system. */
final class DiskStorage implements Storage {
  /** The ending of what is not there as a whole yet. */
  static final String UNFINISHED = ".tmp";

  @Override
  public void folder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = Objects.requireNonNull(folder.toAbsolutePath().getParent(), "the root is there");
    folder(parent);
    Files.createDirectories(folder);
    sync(parent);
  }

  @Override
  public void put(Path file, byte[] content) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(channel, ByteBuffer.wrap(content));
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public Appending create(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.force(true);
      sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder"));
      return new Growing(file, channel, key(file));
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  private static Object key(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file : key;
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) <= 0) {
        throw new IOException("nothing was written");
      }
    }
  }

  private record Growing(Path file, FileChannel channel, Object key) implements Appending {
    @Override
    public void append(ByteBuffer bytes) throws IOException {
      writeAll(channel, bytes);
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void cut(long length) throws IOException {
      channel.truncate(length);
      channel.position(length);
    }

    @Override
    public boolean isInPlace(long length) throws IOException {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        Object there = found.fileKey() == null ? file : found.fileKey();
        return found.size() == length && key.equals(there);
      } catch (NoSuchFileException gone) {
        return false;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
