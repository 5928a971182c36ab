package dev.assayer.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files for tests of commands. */
final class TestFiles {
  /** Validators that need no network, and a rule for each. */
  static final String STATIC =
      """
      apiVersion: assayer.dev/v1
      validators:
        - {name: allow, type: static, approve: true}
        - {name: deny, type: static, approve: false}
      policy:
        - {pattern: "*:*", validator: deny}
        - {pattern: "docker.io/library/*:*", validator: allow}
        - {pattern: "docker.io/watched/*:*", validator: deny, mode: audit}
      """;

  private TestFiles() {}

  static String write(Path folder, String name, String text) {
    Path file = folder.resolve(name);
    try {
      return Files.writeString(file, text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
