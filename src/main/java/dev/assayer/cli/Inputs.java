package dev.assayer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the files that a command line names. */
final class Inputs {
  static final String STDIN = "-";

  private Inputs() {}

  /**
   * The first bytes of a file or, for {@code -}, of stdin.
   *
   * @param what the argument or option, for messages
   * @param limit how many bytes at most
   */
  static byte[] read(String what, String name, int limit, Session session) {
    try (InputStream in = open(name, session)) {
      return in.readNBytes(limit);
    } catch (IOException unreadable) {
      throw unreadable(what, name, unreadable);
    }
  }

  private static InputStream open(String name, Session session) throws IOException {
    if (name.equals(STDIN)) {
      return session.in();
    }
    Path path = GlobalOptions.path(name);
    if (Files.isDirectory(path)) {
      throw new IOException("it is a directory");
    }
    return Files.newInputStream(path);
  }

  static Failure unreadable(String what, String name, Exception cause) {
    String why =
        switch (cause) {
          case NoSuchFileException missing -> "there is no such file";
          case AccessDeniedException denied -> "permission denied";
          default -> Optional.ofNullable(cause.getMessage()).orElse("it cannot be read");
        };
    return Failure.usage(
        what + ": cannot read \"" + name + "\": " + why + "; name a readable file, or - for stdin");
  }
}
