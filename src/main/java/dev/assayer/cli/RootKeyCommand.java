package dev.assayer.cli;

import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.JsonText;
import dev.assayer.remote.Upstream;
import dev.assayer.time.Deadline;
import dev.assayer.validation.notary.RootKeyLookup;
import dev.assayer.validation.notary.RootKeyLookup.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assayer root-key}. */
@Command(
    name = "root-key",
    aliases = "get-root-key",
    header = "Show the root keys that a Notary v1 server has for an image.",
    description = {
      "Fetches root.json of the image's repository and prints each root key with its id, ready to be"
          + " pinned in trustRoots.",
      "Nothing is verified: whoever controls the server controls the answer. Compare the key with"
          + " the publisher's over another channel before you pin it.",
      "",
      "With -o json, one object with the members image, repository, server, version, expires and"
          + " keys."
    },
    exitCodeList = {
      "0:the keys were printed",
      "1:the server has no usable root key for this repository",
      "2:the command line is wrong",
      "3:the server gave no answer"
    },
    footer = {
      "",
      "Examples:",
      "  assayer root-key -i docker.io/acme/app -s notary.example.com",
      "  assayer root-key -i acme/app -s localhost:4443 --ca ca.pem -o json"
    })
final class RootKeyCommand implements Callable<Integer> {
  private static final String DOCKER = "notary.docker.io";

  private final Session session;
  private final GlobalOptions options;

  @Option(
      names = {"-i", "--image"},
      paramLabel = "IMAGE",
      required = true,
      description = "The image, or its repository; tag and digest play no part.")
  private String image = "";

  @Option(
      names = {"-s", "--server"},
      paramLabel = "SERVER",
      description = {
        "The Notary server: host[:port] or https://host[:port].",
        "Default: " + DOCKER + "."
      })
  private Optional<String> server = Optional.empty();

  @Mixin private final UpstreamArguments upstream = new UpstreamArguments();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = "Longest time to wait. Default: 30s.")
  private Duration timeout = Duration.ofSeconds(30);

  RootKeyCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    ImageReference reference = reference();
    if (server.isEmpty()) {
      session.warn(
          DOCKER + ", the default server, retires on 2026-12-08; name another with -s SERVER");
    }
    try (Upstream notary = upstream.open(server.orElse(DOCKER), session)) {
      String repository = reference.repository();
      return switch (RootKeyLookup.lookup(notary, repository, Deadline.after(timeout))) {
        case Result.Found found -> {
          session.line(
              options.json()
                  ? JsonText.compact(RootKeyReport.json(image, repository, notary.host(), found))
                  : RootKeyReport.text(found));
          warnings(found).forEach(session::warn);
          yield ExitCode.FINE;
        }
        case Result.Failed(Reason reason, String detail) -> {
          session.note("assayer: [" + reason.code() + "] " + Screen.line(detail));
          yield reason.verdict() == Verdict.REJECTED ? ExitCode.DENIED : ExitCode.UNDECIDED;
        }
      };
    }
  }

  private ImageReference reference() {
    return switch (ImageReference.parse(image)) {
      case ReferenceResult.Valid(ImageReference valid) -> valid;
      case ReferenceResult.Invalid bad -> throw Failure.usage("-i: " + bad.detail());
    };
  }

  private static List<String> warnings(Result.Found found) {
    String unverified =
        "nothing was verified; compare the key with the publisher's over another channel before"
            + " you pin it";
    return found.expires().isBefore(Instant.now())
        ? List.of("root.json expired at " + found.expires(), unverified)
        : List.of(unverified);
  }
}
