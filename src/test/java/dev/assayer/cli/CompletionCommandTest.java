package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theScriptKnowsCommandsAndOptions(String shell) {
    Cli.Ran ran = new Cli().run("completion", shell);
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .startsWith("#!/")
        .contains("complete -F", "verify", "review", "policy", "--images-from", "--at");
  }

  @Test
  void anotherShellIsAMistakeThatNamesTheTwo() {
    Cli.Ran ran = new Cli().run("completion", "fish");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("\"fish\"", "bash or zsh");
  }
}
