package dev.assayer.cli;

import dev.assayer.admission.Policy;
import dev.assayer.cluster.Cluster;
import dev.assayer.cluster.ClusterObserver;
import dev.assayer.cluster.ClusterSettings;
import dev.assayer.config.Config;
import dev.assayer.config.NotaryV1Config;
import dev.assayer.config.Resolution;
import dev.assayer.config.RuleConfig;
import dev.assayer.image.ImageReference;
import dev.assayer.image.ReferenceResult;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.server.StartRefused;
import dev.assayer.server.StateLink;
import dev.assayer.state.Forgetting;
import dev.assayer.state.Mark;
import dev.assayer.state.SharedState;
import dev.assayer.state.SharedStore;
import dev.assayer.state.StateObserver;
import dev.assayer.validation.notary.NotaryValidator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assayer trust forget}. */
@Command(
    name = "forget",
    header = "Drop the rollback marks of an image's repository, on the record.",
    description = {
      "Has all replicas drop what they remember of the image's repository: the versions that may not"
          + " go back, the root that a newer one must descend from, and the known signers. For a"
          + " Notary that was restored from a backup or rebuilt, so that its honest trust data looks"
          + " like a rollback.",
      "What is forgotten protects nobody until it is learned again: whoever can answer in the"
          + " Notary's place can show older, validly signed trust data once. Look first at what the"
          + " server has.",
      "",
      "Needs state: kubernetes or valkey, and its key. Replicas follow with their next verification"
          + " of the repository and log the reason. With -o json, one object per server with the"
          + " members repository, upstream, dropped, reason, by and at."
    },
    exitCodeList = {
      "0:the marks are dropped in shared state",
      "2:the command line or the configuration is wrong",
      "3:shared state did not answer; it may or may not be done"
    },
    footer = {
      "",
      "Examples:",
      "  assayer trust forget ghcr.io/acme/app --reason 'notary restored, ticket 4711'",
      "  kubectl -n assayer exec deploy/assayer -- /opt/assayer/jre/bin/java \\",
      "    -jar /opt/assayer/assayer.jar trust forget ghcr.io/acme/app --reason 'notary restored, ticket 4711' --by ada"
    })
final class TrustForgetCommand implements Callable<Integer> {
  private static final int MOST_CHARS = 512;

  private final Session session;
  private final GlobalOptions options;
  private final Deque<Cluster> clusters = new ArrayDeque<>();

  @Parameters(paramLabel = "IMAGE", description = "An image of the repository; any tag.")
  private String image = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for the record: at most 512 characters.")
  private String reason = "";

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who wants it, for the record. Default: the variable USER.")
  private Optional<String> by = Optional.empty();

  @Option(
      names = {"-n", "--namespace"},
      converter = NamespaceConverter.class,
      paramLabel = "NAMESPACE",
      description = "Namespace of the pod, where rules depend on it.")
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeArguments.DurationConverter.class,
      description = "Longest time to wait. Default: 10s.")
  private Duration timeout = Duration.ofSeconds(10);

  TrustForgetCommand(Session session, GlobalOptions options) {
    this.session = session;
    this.options = options;
  }

  @Override
  public Integer call() {
    checkText("--reason", reason);
    by.ifPresent(name -> checkText("--by", name));
    Config config = Configurations.load(options, session);
    ImageReference reference = reference();
    List<NotaryV1Config> servers = servers(config, reference);
    try (StateLink state = open(config)) {
      SharedState shared =
          state
              .shared()
              .orElseThrow(() ->
                  Failure.usage(
                      "state: memory: the marks live in the replicas, out of reach; a restart drops"
                          + " them: kubectl rollout restart"));
      servers.forEach(server -> forget(shared, server, reference));
    } finally {
      clusters.forEach(Cluster::close);
    }
    return ExitCode.FINE;
  }

  private static void checkText(String option, String text) {
    if (text.isBlank() || text.length() > MOST_CHARS) {
      throw Failure.usage(option + ": write 1 to " + MOST_CHARS + " characters");
    }
  }

  private ImageReference reference() {
    return switch (ImageReference.parse(image)) {
      case ReferenceResult.Valid(ImageReference valid) -> valid;
      case ReferenceResult.Invalid bad -> throw Failure.usage(InvalidImage.text(bad));
    };
  }

  /** The servers whose trust data decides about the image. */
  private List<NotaryV1Config> servers(Config config, ImageReference reference) {
    List<NotaryV1Config> servers =
        Policy.of(config).select(reference, namespace).stream()
            .map(selection -> selection.rule())
            .map(RuleConfig::resolution)
            .flatMap(resolution ->
                resolution instanceof Resolution.Resolved(_, var validators)
                    ? validators.stream()
                    : java.util.stream.Stream.empty())
            .flatMap(validator -> config.validator(validator.validator()).stream())
            .filter(NotaryV1Config.class::isInstance)
            .map(NotaryV1Config.class::cast)
            .toList();
    if (servers.isEmpty()) {
      throw Failure.usage(
          "no rule has "
              + reference.repository()
              + " verified by a notaryV1 validator, so there are no marks; see assayer policy match");
    }
    return servers;
  }

  private StateLink open(Config config) {
    try {
      return StateLink.open(
          config,
          session.environment(),
          this::clusterStore,
          InstantSource.system(),
          StateObserver.none());
    } catch (StartRefused refused) {
      throw new Failure(
          ExitCode.USAGE, refused.lines().stream().map(line -> "assayer: " + line).toList());
    }
  }

  private Optional<SharedStore> clusterStore() {
    if (ClusterSettings.of(session.environment())
        instanceof ClusterSettings.Found.Inside(ClusterSettings settings)) {
      Cluster cluster =
          Cluster.open(
              settings,
              ClusterObserver.none(),
              InstantSource.system(),
              Surroundings.REPLICA,
              List::of);
      clusters.add(cluster);
      return cluster.sharedStore();
    }
    return Optional.empty();
  }

  private void forget(SharedState shared, NotaryV1Config server, ImageReference reference) {
    String who = by.or(() -> session.variable("USER")).orElse("unknown");
    Instant now = Instant.now();
    switch (shared.forget(NotaryValidator.memoryKey(server, reference), reason, who, timeout)) {
      case Forgetting.Done(Map<String, Mark> dropped) -> {
        JsonObject.Builder versions = JsonObject.builder();
        dropped.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach(mark -> versions.put(mark.getKey(), mark.getValue().version()));
        session.line(
            options.json()
                ? JsonText.compact(
                    JsonObject.builder()
                        .put("repository", reference.repository())
                        .put("upstream", server.host())
                        .put("dropped", versions.build())
                        .put("reason", reason)
                        .put("by", who)
                        .put("at", now.toString())
                        .build())
                : Screen.line(
                    "forgot "
                        + reference.repository()
                        + " at "
                        + server.host()
                        + ": "
                        + text(dropped)));
      }
      case Forgetting.Unavailable(String why) ->
          throw new Failure(
              ExitCode.UNDECIDED,
              List.of(
                  "assayer: shared state: "
                      + why
                      + "; it may or may not be done, so give the command again"));
    }
  }

  private static String text(Map<String, Mark> dropped) {
    return dropped.isEmpty()
        ? "no marks were shared; replicas drop theirs"
        : dropped.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(mark -> mark.getKey() + " " + mark.getValue().version())
            .collect(Collectors.joining(", ", "dropped ", ""));
  }
}
