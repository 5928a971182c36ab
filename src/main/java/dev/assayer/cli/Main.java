package dev.assayer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/** The entry point: parses the command line, runs one command and exits with its code. */
public final class Main {
  private Main() {}

  /**
   * Runs the command line.
   *
   * @param args the arguments as the shell passed them
   */
  public static void main(String[] args) {
    // Not System.out: a PrintStream keeps quiet about a full disk.
    OutputStream stdout = new FileOutputStream(FileDescriptor.out);
    OutputStream stderr = new FileOutputStream(FileDescriptor.err);
    Map<String, String> environment = System.getenv();
    LogLines.install(environment);
    System.exit(run(args, System.in, stdout, stderr, environment));
  }

  /**
   * Runs one command and never throws.
   *
   * @param args the arguments as the shell passed them
   * @param stdin what {@code -} reads
   * @param stdout takes the command's answer, in UTF-8
   * @param stderr takes everything else, in UTF-8
   * @param environment the environment variables
   * @return the exit code: 0 admitted or fine, 1 denied or verification failed, 2 usage or
   *     configuration, 3 could not decide
   */
  public static int run(
      String[] args,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr,
      Map<String, String> environment) {
    Session session = Session.of(stdin, stdout, stderr, environment);
    int code = execute(args, session);
    session.out().flush();
    if (session.guard().lost().isPresent()) {
      code = Faults.lost(session.guard().lost().get(), session);
    }
    session.err().flush();
    return code;
  }

  /** Ends a process that is ending already, with a code of ours in place of the signal's. */
  static void endWith(int code) {
    Runtime.getRuntime().halt(code);
  }

  private static int execute(String[] args, Session session) {
    try {
      return CommandTree.of(session).execute(args);
    } catch (RuntimeException | Error failure) {
      return Faults.report(failure, session);
    }
  }
}
