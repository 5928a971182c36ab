package dev.assayer.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How what goes wrong is told: in one line, never as a stack trace unless that is asked for. */
final class Faults {
  private Faults() {}

  /** Tells of a wrong command line and gives the exit code. */
  static int usage(ParameterException mistake, Session session) {
    CommandLine command = mistake.getCommandLine();
    session.note("assayer: " + Screen.line(words(mistake, command)));
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        session.note("Did you mean: " + String.join(" or ", suggestions) + "?");
      }
    }
    session.note("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static String words(ParameterException mistake, CommandLine command) {
    if (mistake instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String what = command.getSubcommands().isEmpty() ? "Unexpected argument" : "Unknown command";
      return what + ": '" + unmatched.getUnmatched().getFirst() + "'";
    }
    return String.valueOf(mistake.getMessage());
  }

  /** Tells of whatever ended a command early and gives the exit code. */
  static int report(Throwable failure, Session session) {
    session.out().flush();
    return switch (failure) {
      case OutputLost _ -> ExitCode.UNDECIDED; // told of at the end, whatever else happens
      case Failure told -> {
        told.lines().forEach(line -> session.note(Screen.line(line)));
        yield told.exitCode();
      }
      default -> {
        internal(failure, session);
        yield ExitCode.UNDECIDED;
      }
    };
  }

  /** Tells of an answer that was not taken as a whole; gives the exit code. */
  static int lost(OutputLost lost, Session session) {
    if (!lost.readerIsGone()) {
      session.note("assayer: cannot write to stdout: " + Screen.line(lost.why()));
    }
    return ExitCode.UNDECIDED;
  }

  private static void internal(Throwable failure, Session session) {
    String what =
        failure.getClass().getSimpleName()
            + Optional.ofNullable(failure.getMessage()).map(text -> ": " + text).orElse("");
    session.note("assayer: internal error: " + Screen.line(what));
    if (session.debug()) {
      trace(failure, session.err());
    }
  }

  private static void trace(Throwable failure, PrintWriter err) {
    for (Optional<Throwable> next = Optional.of(failure);
        next.isPresent();
        next = next.flatMap(thrown -> Optional.ofNullable(thrown.getCause()))) {
      err.print(next.get() + "\n");
      for (StackTraceElement frame : next.get().getStackTrace()) {
        err.print("\tat " + frame + "\n");
      }
    }
  }
}
