package dev.assayer.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assayer completion}. */
@Command(
    name = "completion",
    header = "Print a completion script for bash or zsh.",
    description = {
      "Prints a script that completes commands and options with the Tab key.",
      "The one script serves both shells: in zsh it loads zsh's own bash compatibility."
    },
    exitCodeList = {"0:the script was printed", "2:another shell was named"},
    footer = {
      "",
      "Examples:",
      "  source <(assayer completion bash)                    # this shell",
      "  assayer completion bash > /etc/bash_completion.d/assayer",
      "  source <(assayer completion zsh)                     # in ~/.zshrc, for every shell"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "bash|zsh", description = "The shell that reads the script.")
  private String shell = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw new ParameterException(
          spec.commandLine(), "No completion for \"" + shell + "\": write bash or zsh");
    }
    CommandSpec root = spec.root();
    session.out().print(AutoComplete.bash(root.name(), root.commandLine()));
    return ExitCode.FINE;
  }
}
