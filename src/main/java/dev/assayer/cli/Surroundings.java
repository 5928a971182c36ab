package dev.assayer.cli;

import dev.assayer.admission.Environment;
import java.time.InstantSource;

/** Where a command line decides: here and now, remembering nothing from before. */
final class Surroundings {
  private static final String REPLICA = "cli";

  private Surroundings() {}

  static Environment here() {
    return new Environment(InstantSource.system(), RootCommand.version(), REPLICA, 1);
  }
}
