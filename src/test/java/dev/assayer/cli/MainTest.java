package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir private Path folder;

  @Test
  void withoutACommandItSaysWhichThereAre() {
    Cli.Ran ran = new Cli().run();
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Missing command", "verify", "review", "Try: assayer --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy", "config", "trust"})
  void aGroupWithoutACommandIsAMistake(String group) {
    Cli.Ran ran = new Cli().run(group);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("Missing command", "Try: assayer " + group + " --help");
  }

  @Test
  void aMistypedCommandOrOptionIsAnsweredWithTheNearest() {
    assertThat(new Cli().run("verfy", "nginx").err())
        .contains("Unknown command: 'verfy'", "Did you mean: ", "verify");
    Cli.Ran ran = new Cli().run("verify", "nginx", "--tiemout", "3s");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("'--tiemout'", "Did you mean: --timeout?");
  }

  @Test
  void anArgumentCannotWriteOnTheScreen() {
    Cli.Ran ran = new Cli().run("verify", "--no\u001b[2Jpe\u202e");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--no\\u{1b}[2Jpe\\u{202e}").doesNotContain("\u001b", "\u202e");
  }

  @Test
  void anArgumentIsNeverReadAsAFileOfArguments() {
    String file = TestFiles.write(folder, "args", "--help");
    assertThat(new Cli().run("@" + file).code()).isEqualTo(2);
  }

  @Test
  void anUnknownFormatIsNamedWithTheKnownOnes() {
    Cli.Ran ran = new Cli().run("verify", "nginx", "-o", "yaml");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("'--output'", "\"yaml\"", "text or json");
  }

  static Set<String> commands() {
    return CommandTree.byName(
            CommandTree.of(
                Session.of(
                    InputStream.nullInputStream(),
                    OutputStream.nullOutputStream(),
                    OutputStream.nullOutputStream(),
                    Map.of())))
        .keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItself(String name) {
    String[] args = (name.substring("assayer".length()) + " --help").strip().split(" ");
    Cli.Ran ran = new Cli().run(args);
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("Usage: " + name, "--config", "--output", "Exit codes:");
    assertThat(ran.out().lines()).allMatch(line -> line.length() <= 100);
    if (!Set.of(
            "assayer policy",
            "assayer config",
            "assayer trust",
            "assayer alert",
            "assayer audit",
            "assayer webhook")
        .contains(name)) {
      assertThat(ran.out()).contains("Examples:");
    }
  }

  @Test
  void theVersionIsOneLine() {
    Cli.Ran ran = new Cli().run("--version");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith("assayer ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify nginx", "policy match nginx", "review -", "config check"})
  void withoutAConfigurationItSaysHowToNameOne(String line) {
    Cli.Ran ran = new Cli().run(line.split(" "));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("--config FILE", "ASSAYER_CONFIG");
  }

  @Test
  void theConfigurationComesFromTheEnvironmentUnlessAnOptionNamesOne() {
    String good = TestFiles.write(folder, "good.yaml", TestFiles.STATIC);
    Cli cli = new Cli().with("ASSAYER_CONFIG", good);
    assertThat(cli.run("policy", "match", "nginx").code()).isZero();
    Cli.Ran other = cli.run("policy", "match", "nginx", "--config", "/none/such.yaml");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("/none/such.yaml");
  }

  @Test
  void globalOptionsStandBeforeOrAfterTheCommand() {
    String config = TestFiles.write(folder, "good.yaml", TestFiles.STATIC);
    String after =
        new Cli().run("policy", "match", "nginx", "--config", config, "-o", "json").out();
    String before =
        new Cli().run("--config", config, "-o", "json", "policy", "match", "nginx").out();
    assertThat(before).isEqualTo(after).startsWith("{");
  }

  @Test
  void everyMistakeOfTheConfigurationIsALine() {
    String config =
        TestFiles.write(
            folder,
            "bad.yaml",
            "apiVersion: assayer.dev/v1\nclutser: x\npolicy: [{pattern: \"*:*\", verfy: false}]\n");
    Cli.Ran ran = new Cli().run("verify", "nginx", "--config", config);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("bad.yaml:2:", "clutser", "bad.yaml:3:", "verfy");
  }

  @Test
  void aFaultOfOursIsOneLineAndNoStackTrace() {
    String config = TestFiles.write(folder, "good.yaml", TestFiles.STATIC);
    Cli cli = new Cli().stdin(new Broken(() -> new IllegalStateException("boom\nsecond line")));
    Cli.Ran ran = cli.run("review", "-", "--config", config);
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo("assayer: internal error: IllegalStateException: boom\\u{a}second line\n");
    Cli.Ran debug = cli.with("ASSAYER_DEBUG", "1").run("review", "-", "--config", config);
    assertThat(debug.code()).isEqualTo(3);
    assertThat(debug.err()).contains("internal error", "\tat dev.assayer.cli.");
  }

  @Test
  void anErrorOfTheMachineIsOneLineToo() {
    String config = TestFiles.write(folder, "good.yaml", TestFiles.STATIC);
    Cli.Ran ran =
        new Cli().stdin(new Broken(StackOverflowError::new)).run("review", "-", "--config", config);
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err()).isEqualTo("assayer: internal error: StackOverflowError\n");
  }

  @Test
  void aReaderThatGoesAwayIsNoNews() {
    assertThat(lost("Broken pipe")).isEmpty();
  }

  @Test
  void aFullDiskIsToldAndNeverSuccess() {
    assertThat(lost("No space left on device"))
        .isEqualTo("assayer: cannot write to stdout: No space left on device\n");
  }

  @Test
  void aFullDiskAndAMistakeTogetherAreTwoLines() {
    String config = TestFiles.write(folder, "good.yaml", TestFiles.STATIC);
    String told =
        lost(
            "No space left on device",
            "policy",
            "match",
            "nginx",
            "--images-from",
            "/none/such",
            "--config",
            config);
    assertThat(told).contains("cannot write to stdout", "/none/such").hasLineCount(2);
  }

  @Test
  void helpThatNobodyReadsIsNoStackTraceEither() {
    assertThat(lost("Broken pipe", "--help")).isEmpty();
    assertThat(lost("No space left on device", "verify", "--help"))
        .isEqualTo("assayer: cannot write to stdout: No space left on device\n");
  }

  private String lost(String why) {
    String config = TestFiles.write(folder, "good.yaml", TestFiles.STATIC);
    return lost(why, "policy", "match", "nginx", "--config", config);
  }

  private static String lost(String why, String... args) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException(why);
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = new Cli().run(full, err, args);
    assertThat(code).isEqualTo(3);
    return err.toString(StandardCharsets.UTF_8);
  }

  /** A stdin that fails in a way nobody expects. */
  private static final class Broken extends InputStream {
    private final Supplier<Throwable> failure;

    Broken(Supplier<Throwable> failure) {
      this.failure = failure;
    }

    @Override
    public int read() {
      return read(new byte[1], 0, 1);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      switch (failure.get()) {
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        case Throwable other -> throw new AssertionError(other);
      }
    }
  }
}
