package dev.assayer.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads what a journal holds. A file may end in a frame that a crash tore; a frame that is broken
 * although a whole one follows was written to the disk once and damaged later.
 */
final class JournalReader {
  private JournalReader() {}

  /**
   * What one file holds.
   *
   * @param frames whole ones, from the beginning of the file
   * @param whole how many bytes they take
   * @param torn bytes behind them
   * @param damaged whether a whole frame stands behind those
   */
  record Contents(Path file, List<Frame> frames, long whole, long torn, boolean damaged) {}

  /** The files of a log's journal in the order of their entries. */
  static List<Path> files(Path log) throws IOException {
    Path folder = log.resolve(Journal.FOLDER);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(JournalReader::isOurs).sorted().toList();
    }
  }

  private static boolean isOurs(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.length() == Journal.name(0).length() && name.chars().allMatch(Character::isDigit);
  }

  /** Reads one file; empty if it is gone. What is no file, such as a pipe, is damaged. */
  static Optional<Contents> read(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return Optional.of(new Contents(file, List.of(), 0, 0, true));
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    List<Frame> frames = new ArrayList<>();
    for (Optional<Frame> frame = Frame.read(rest); frame.isPresent(); frame = Frame.read(rest)) {
      frames.add(frame.get());
    }
    int whole = rest.position();
    return Optional.of(new Contents(file, frames, whole, rest.remaining(), isFollowed(rest)));
  }

  /** Whether a whole frame stands anywhere behind the position. */
  private static boolean isFollowed(ByteBuffer rest) {
    for (int at = rest.position() + 1; at + Integer.BYTES <= rest.limit(); at++) {
      if (rest.getInt(at) == Frame.MAGIC && Frame.read(rest.duplicate().position(at)).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
