package dev.assayer.cli;

/** What an exit code of ours says. */
final class ExitCode {
  /** Admitted or fine. */
  static final int FINE = 0;

  /** Denied, or verification failed. */
  static final int DENIED = 1;

  /** The command line or the configuration is wrong. */
  static final int USAGE = 2;

  /** No answer either way. */
  static final int UNDECIDED = 3;

  private ExitCode() {}
}
