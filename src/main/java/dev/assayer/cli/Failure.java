package dev.assayer.cli;

import java.util.List;

/** Ends a command: the lines go to stderr as they are, the code to the shell. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final transient List<String> lines;

  Failure(int exitCode, List<String> lines) {
    super(String.join("\n", lines), null, false, false);
    this.exitCode = exitCode;
    this.lines = List.copyOf(lines);
  }

  /** A mistake in the command line or in a file that it names. */
  static Failure usage(String sentence) {
    return new Failure(ExitCode.USAGE, List.of("assayer: " + sentence));
  }

  int exitCode() {
    return exitCode;
  }

  List<String> lines() {
    return lines;
  }
}
