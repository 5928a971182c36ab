package dev.assayer.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The keys of a log that whoever asks trusts. */
final class KeyArguments {
  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "A key that may have signed, as for audit verify.")
  private List<Path> files = new ArrayList<>();

  /** The files that are named; none for the default of the command. */
  List<Path> files() {
    return List.copyOf(files);
  }
}
