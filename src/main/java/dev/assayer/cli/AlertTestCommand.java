package dev.assayer.cli;

import dev.assayer.alerting.AlertTrial;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.config.Config;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer alert test}. */
@Command(
    name = "test",
    header = "Send a sample to a receiver, and show what came back.",
    description = {
      "Sends a message that says that it is a test to one receiver of the configuration, once, and"
          + " shows the status, the time, and the beginning of the answer. The address, headers and"
          + " fields of the request are never shown, nor where an answer repeats them.",
      "",
      "With -o json, one object: {\"receiver\",\"category\",\"result\",\"status\",\"said\",\"why\","
          + "\"took_ms\"}; result is delivered, refused, no_answer or not_sent."
    },
    exitCodeList = {
      "0:the receiver took it",
      "1:the receiver refused it",
      "2:there is no such receiver, or the configuration or the command line is wrong",
      "3:no answer came"
    },
    footer = {
      "",
      "Examples:",
      "  assayer alert test reject-slack --config assayer.yaml",
      "  assayer alert test reject-pagerduty --timeout 10s -o json --config assayer.yaml"
    })
final class AlertTestCommand implements Callable<Integer> {
  private final Session session;
  private final GlobalOptions options;

  @Parameters(paramLabel = "RECEIVER", description = "Name of the receiver, such as reject-slack.")
  private String name = "";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = "Longest time to wait. Default: 5s.")
  private Duration timeout = Duration.ofSeconds(5);

  AlertTestCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    Config config = Receivers.configuration(options, session);
    Receiver receiver = Receivers.named(name, config);
    String replica = session.variable("HOSTNAME").orElse("assayer");
    AlertTrial.Result result = new AlertTrial(receiver, config.cluster(), replica).send(timeout);
    session.line(options.json() ? json(receiver, result) : text(receiver, result));
    return switch (result) {
      case AlertTrial.Answered answered -> answered.taken() ? ExitCode.FINE : ExitCode.DENIED;
      case AlertTrial.Unanswered _ -> ExitCode.UNDECIDED;
      case AlertTrial.NotSent _ -> ExitCode.USAGE;
    };
  }

  private static String text(Receiver receiver, AlertTrial.Result result) {
    String start = "receiver " + receiver.name() + ": ";
    return switch (result) {
      case AlertTrial.Answered(boolean taken, int status, String said, Duration took) ->
          start
              + (taken ? "delivered" : "refused")
              + ", status "
              + status
              + " after "
              + time(took)
              + (said.isEmpty() ? ", without a text" : ": " + said);
      case AlertTrial.Unanswered(String why, Duration took) ->
          start + "no answer after " + time(took) + ": " + why;
      case AlertTrial.NotSent(String why) -> start + "not sent: " + why;
    };
  }

  private static String json(Receiver receiver, AlertTrial.Result result) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("receiver", receiver.name())
            .put("category", receiver.category().code());
    switch (result) {
      case AlertTrial.Answered(boolean taken, int status, String said, Duration took) ->
          json.put("result", taken ? "delivered" : "refused")
              .put("status", status)
              .put("said", said)
              .put("took_ms", took.toMillis());
      case AlertTrial.Unanswered(String why, Duration took) ->
          json.put("result", "no_answer").put("why", why).put("took_ms", took.toMillis());
      case AlertTrial.NotSent(String why) -> json.put("result", "not_sent").put("why", why);
    }
    return JsonText.compact(json.build());
  }

  private static String time(Duration took) {
    return took.toMillis() < 1000
        ? took.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1e3);
  }
}
