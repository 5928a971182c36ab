package dev.assayer.cli;

import dev.assayer.cluster.ClusterObserver;
import dev.assayer.cluster.ClusterSettings;
import dev.assayer.cluster.KubeApi;
import dev.assayer.cluster.Outcome;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine.Option;

/** The options of every command that the chart's hooks run. */
final class ClusterArguments {
  @Option(
      names = "--release",
      paramLabel = "NAME",
      description = {
        "Full name of the release: the webhook objects are called so. Default: the variable"
            + " ASSAYER_RELEASE."
      })
  private Optional<String> release = Optional.empty();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Namespace of the release. Default: the variable ASSAYER_POD_NAMESPACE.")
  private Optional<String> namespace = Optional.empty();

  /** Where the command works, from its options and the environment. */
  ClusterSettings settings(Session session) {
    Map<String, String> environment = new HashMap<>(session.environment());
    release.ifPresent(name -> environment.put(ClusterSettings.RELEASE, name));
    namespace.ifPresent(name -> environment.put(ClusterSettings.NAMESPACE, name));
    return switch (ClusterSettings.of(environment)) {
      case ClusterSettings.Found.Inside(ClusterSettings settings) -> settings;
      case ClusterSettings.Found.Outside(String why) ->
          throw Failure.usage(
              "no cluster: "
                  + why
                  + "; give --release and --namespace, and set KUBECONFIG outside a pod");
      case ClusterSettings.Found.Wrong(List<String> problems) ->
          throw new Failure(
              ExitCode.USAGE, problems.stream().map(text -> "assayer: " + text).toList());
    };
  }

  /** Does the work and tells what was done. */
  Integer run(Session session, boolean json, BiFunction<KubeApi, ClusterSettings, Outcome> work) {
    ClusterSettings settings = settings(session);
    Outcome outcome;
    try (KubeApi api = KubeApi.open(settings.access(), ClusterObserver.none())) {
      outcome = work.apply(api, settings);
    }
    return switch (outcome) {
      case Outcome.Done(List<String> lines) -> {
        tell(lines, json, session);
        yield ExitCode.FINE;
      }
      case Outcome.Failed(List<String> done, String why, boolean input) -> {
        tell(done, json, session);
        throw new Failure(input ? ExitCode.USAGE : ExitCode.UNDECIDED, List.of("assayer: " + why));
      }
    };
  }

  private static void tell(List<String> lines, boolean json, Session session) {
    if (json) {
      session.line(
          JsonText.compact(JsonObject.builder().put("done", JsonArray.ofStrings(lines)).build()));
    } else {
      lines.forEach(session::line);
    }
  }
}
