package dev.assayer.cli;

import dev.assayer.alerting.AlertTrial;
import dev.assayer.config.Config;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code assayer alert render}. */
@Command(
    name = "render",
    header = "Show the sample that alert test would send to a receiver.",
    description = {
      "Fills the receiver's template in with a sample, merges payloadFields, and shows the JSON."
          + " Nothing is sent. Fields that come from files are shown as ***.",
    },
    exitCodeList = {
      "0:shown",
      "2:there is no such receiver, or the configuration or the command line is wrong"
    },
    footer = {
      "",
      "Examples:",
      "  assayer alert render reject-slack --config assayer.yaml",
      "  assayer alert render reject-slack -o json --config assayer.yaml   # in one line"
    })
final class AlertRenderCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(paramLabel = "RECEIVER", description = "Name of the receiver, such as reject-slack.")
  private String name = "";

  AlertRenderCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    Config config = Receivers.configuration(options, session);
    String replica = session.variable("HOSTNAME").orElse("assayer");
    JsonObject payload =
        new AlertTrial(Receivers.named(name, config), config.cluster(), replica).payload();
    session.line(options.json() ? JsonText.compact(payload) : JsonText.pretty(payload));
    return ExitCode.FINE;
  }
}
