package dev.assayer.cli;

import dev.assayer.config.Config;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import dev.assayer.remote.ListenerClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code assayer trust status}. */
@Command(
    name = "status",
    header = "Show the trust data of every repository that a running server has verified.",
    description = {
      "Asks the admin listener of a running server (serve) for each repository that it has verified"
          + " since its start: roles with version, signers and expiry, and when the freshness proof"
          + " was last fetched.",
      "Each replica answers for itself. Nothing is changed.",
      "",
      "With -o json, the server's answer: one object with the members replica, time and"
          + " repositories."
    },
    exitCodeList = {
      "0:the server answered",
      "2:the command line or the configuration is wrong",
      "3:no server answered"
    },
    footer = {
      "",
      "Examples:",
      "  assayer trust status",
      "  assayer trust status --admin http://127.0.0.1:9090 -o json",
      "  kubectl -n assayer port-forward deploy/assayer 9090 & assayer trust status"
    })
final class TrustStatusCommand implements Callable<Integer> {
  private static final String DEFAULT_HOST = "http://127.0.0.1:";
  private static final int DEFAULT_PORT = 9090;
  private static final int MOST_BYTES = 64 << 20;

  private final Session session;
  private final GlobalOptions options;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = {
        "The admin listener: http://host:port.",
        "Default: 127.0.0.1 with admin.port of the configuration, or 9090 without one."
      })
  private Optional<String> admin = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = "Longest time to wait. Default: 10s.")
  private Duration timeout = Duration.ofSeconds(10);

  TrustStatusCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    URI address = address();
    JsonObject answer = ask(address.resolve("/trust"), address);
    if (options.json()) {
      session.line(JsonText.compact(answer));
    } else {
      TrustReport.lines(answer).forEach(session::line);
    }
    return ExitCode.FINE;
  }

  private URI address() {
    if (admin.isEmpty()) {
      int port =
          options.configFile(session).isPresent()
              ? port(Configurations.load(options, session))
              : DEFAULT_PORT;
      return URI.create(DEFAULT_HOST + port);
    }
    try {
      URI written = URI.create(admin.get());
      boolean http = "http".equals(written.getScheme()) || "https".equals(written.getScheme());
      if (http && written.getHost() != null && written.getRawUserInfo() == null) {
        return written;
      }
    } catch (IllegalArgumentException notAnAddress) {
      // told below, as any other address that will not do
    }
    throw Failure.usage(
        "--admin: \"" + admin.get() + "\" is no address; write it like http://127.0.0.1:9090");
  }

  private static int port(Config config) {
    int port = config.admin().port();
    if (port == 0) {
      throw Failure.usage("admin.port is 0, so any port may be in use; name it with --admin URL");
    }
    return port;
  }

  private JsonObject ask(URI page, URI address) {
    ListenerClient.Reply reply;
    try (ListenerClient client = ListenerClient.plain()) {
      reply = client.get(page, MOST_BYTES, timeout);
    } catch (IOException failed) {
      throw unanswered(address, why(failed));
    }
    if (reply.status() != 200) {
      throw unanswered(address, "it answered " + reply.status() + ", so it is no admin listener");
    }
    try {
      Optional<JsonObject> answer =
          StrictJson.parse(reply.body(), JsonLimits.text(MOST_BYTES)).asObject();
      return answer
          .filter(object -> object.get("repositories").flatMap(Json::asArray).isPresent())
          .orElseThrow(() -> unanswered(address, "its answer is not that of an admin listener"));
    } catch (JsonException notJson) {
      throw unanswered(address, "its answer is not that of an admin listener");
    }
  }

  private static String why(IOException failed) {
    return switch (failed) {
      case SocketTimeoutException late -> String.valueOf(late.getMessage());
      case ConnectException refused -> "nothing listens there";
      default -> "the connection failed (" + failed.getClass().getSimpleName() + ")";
    };
  }

  private static Failure unanswered(URI address, String why) {
    return new Failure(
        ExitCode.UNDECIDED,
        List.of(
            "assayer: "
                + address
                + ": "
                + why
                + "; name the admin listener of a running server with --admin URL"));
  }
}
