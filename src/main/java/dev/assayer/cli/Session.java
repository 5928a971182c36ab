package dev.assayer.cli;

import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a command may touch of the world outside.
 *
 * @param in what {@code -} reads
 * @param guard knows whether all of the answer was taken
 * @param out the answer, by way of {@code guard}
 * @param err everything else; a write that fails is forgotten
 * @param environment the environment variables
 */
record Session(
    InputStream in,
    GuardedStream guard,
    PrintWriter out,
    PrintWriter err,
    Map<String, String> environment) {

  /** The launcher names here which of {@code out} and {@code err} are terminals. */
  static final String TERMINALS = "ASSAYER_TERMINALS";

  static final String DEBUG = "ASSAYER_DEBUG";

  static Session of(
      InputStream in, OutputStream out, OutputStream err, Map<String, String> environment) {
    GuardedStream guard = new GuardedStream(out);
    return new Session(in, guard, writer(guard), writer(err), Map.copyOf(environment));
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(
        new OutputStreamWriter(new BufferedOutputStream(stream, 1 << 16), StandardCharsets.UTF_8));
  }

  /**
   * Writes a line of the answer.
   *
   * @throws OutputLost when nobody takes it, so that long work ends early
   */
  void line(String text) {
    out.print(text);
    out.print('\n');
    guard
        .lost()
        .ifPresent(lost -> {
          throw lost;
        });
  }

  /** Writes a line for people beside the answer, at once. */
  void note(String text) {
    err.print(text);
    err.print('\n');
    err.flush();
  }

  /** Writes a warning beside the answer. */
  void warn(String text) {
    note("assayer: warning: " + Screen.line(text));
  }

  /** The variable's value; an empty one counts as not set. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  boolean debug() {
    return variable(DEBUG).filter(value -> !value.equals("0")).isPresent();
  }

  boolean outIsTerminal() {
    return terminals().contains("out");
  }

  boolean errIsTerminal() {
    return terminals().contains("err");
  }

  /** Whether people read stdout on a screen that shows more than ASCII. */
  boolean outShowsSymbols() {
    Optional<String> locale =
        Stream.of("LC_ALL", "LC_CTYPE", "LANG")
            .flatMap(name -> variable(name).stream())
            .findFirst();
    return outIsTerminal()
        && locale
            .map(name -> name.toLowerCase(Locale.ROOT).replace("-", ""))
            .filter(name -> name.endsWith("utf8"))
            .isPresent();
  }

  private String terminals() {
    return variable(TERMINALS).orElse("");
  }
}
