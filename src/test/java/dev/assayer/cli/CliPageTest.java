package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reference page is what the commands say of themselves. */
class CliPageTest {
  private static final Path PAGE = Path.of("docs/cli.md");
  private static final String WRITE = "assayer.docs.write";

  @Test
  void thePageIsWhatHelpSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE)
        .as("write it anew: mvn -Dtest=CliPageTest -D%s=true test", WRITE)
        .hasContent(page);
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Command line

            What `--help` says of each command; made from it, and held to it by a test. The options
            `-o`, `--config` and `--help` may stand before or after the command.

            Exit codes: 0 admitted or fine; 1 denied, or verification failed; 2 the command line or the
            configuration is wrong; 3 could not decide.
            """);
    for (String name : MainTest.commands()) {
      String[] args = (name.substring("assayer".length()) + " --help").strip().split(" ");
      page.append("\n## ").append(name).append("\n\n```\n");
      page.append(new Cli().run(args).out().strip()).append("\n```\n");
    }
    return page.toString();
  }
}
