package dev.assayer.cli;

import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.remote.Upstream;
import dev.assayer.time.Deadline;
import dev.assayer.validation.notary.RootHistory;
import dev.assayer.validation.notary.RootHistory.Link;
import dev.assayer.validation.notary.RootHistory.Version;
import dev.assayer.validation.notary.RootKeyLookup;
import dev.assayer.validation.notary.RootKeyLookup.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
      "With --history also every version of root.json that the server keeps, and whether each is"
          + " signed by the root keys of the one before: rotations without a break, at most the"
          + " newest 64 versions.",
      "With --trust-root a configuration for this server and repository that pins the keys which"
          + " signed root.json, and nothing else on stdout.",
      "",
      "With -o json, one object with the members image, repository, server, version, expires,"
          + " threshold and keys; with --history also versions_before and history; with --trust-root"
          + " also configuration."
    },
    exitCodeList = {
      "0:the keys were printed",
      "1:the server has no usable root key for this repository, or a version in its history is not"
          + " signed as it must be",
      "2:the command line is wrong",
      "3:the server gave no answer"
    },
    footer = {
      "",
      "Examples:",
      "  assayer root-key -i docker.io/acme/app -s notary.example.com",
      "  assayer root-key -i acme/app -s localhost:4443 --ca ca.pem -o json",
      "  assayer root-key -i acme/app -s notary.example.com --history",
      "  assayer root-key -i acme/app -s notary.example.com --trust-root acme > assayer.yaml"
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

  @Option(names = "--history", description = "Show the versions of root.json, oldest first.")
  private boolean history;

  @Option(
      names = "--trust-root",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = "default",
      description = {
        "Print a configuration that pins the keys as this trust root.",
        "Default NAME: default."
      })
  private Optional<String> trustRoot = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  RootKeyCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    ImageReference reference = reference();
    if (history && trustRoot.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--history and --trust-root are two answers: give one of them");
    }
    if (server.isEmpty()) {
      session.warn(
          DOCKER + ", the default server, retires on 2026-12-08; name another with -s SERVER");
    }
    String repository = reference.repository();
    try (Upstream notary = upstream.open(server.orElse(DOCKER), session)) {
      Deadline deadline = Deadline.after(timeout);
      if (history) {
        return switch (RootHistory.walk(notary, repository, deadline)) {
          case RootHistory.Result.Failed(Reason reason, String detail) -> failed(reason, detail);
          case RootHistory.Result.Found versions -> show(repository, notary, versions);
        };
      }
      return switch (RootKeyLookup.lookup(notary, repository, deadline)) {
        case Result.Failed(Reason reason, String detail) -> failed(reason, detail);
        case Result.Found found -> show(repository, notary, found);
      };
    }
  }

  private int failed(Reason reason, String detail) {
    session.note("assayer: [" + reason.code() + "] " + Screen.line(detail));
    return reason.verdict() == Verdict.REJECTED ? ExitCode.DENIED : ExitCode.UNDECIDED;
  }

  private int show(String repository, Upstream notary, Result.Found found) {
    JsonObject.Builder json = RootKeyReport.json(image, repository, notary.host(), found);
    String text = RootKeyReport.text(found);
    if (trustRoot.isPresent()) {
      String yaml =
          TrustRootYaml.of(repository, notary.host(), found, trustRoot.get(), upstream, session);
      json.put("configuration", yaml);
      text = yaml.stripTrailing();
    }
    session.line(options.json() ? JsonText.compact(json.build()) : text);
    warnings(found).forEach(session::warn);
    return ExitCode.FINE;
  }

  private int show(String repository, Upstream notary, RootHistory.Result.Found versions) {
    Result.Found found = versions.current();
    if (options.json()) {
      session.line(
          JsonText.compact(
              RootKeyReport.json(image, repository, notary.host(), found)
                  .put("versions_before", versions.before())
                  .put("history", RootKeyReport.json(versions))
                  .build()));
    } else {
      session.line(RootKeyReport.text(found) + "\n");
      RootKeyReport.lines(versions).forEach(session::line);
    }
    for (Version version : versions.versions()) {
      if (!version.detail().isEmpty()) {
        session.warn("version " + version.number() + ": " + version.detail());
      }
    }
    warnings(found).forEach(session::warn);
    return versions.versions().stream().anyMatch(one -> one.link() == Link.NOT_VERIFIED)
        ? ExitCode.DENIED
        : ExitCode.FINE;
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
