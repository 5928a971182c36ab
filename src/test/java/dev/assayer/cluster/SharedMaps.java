package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The ConfigMaps through which the replicas of an installation share what they remember. */
public final class SharedMaps {
  private final ClusterRig rig;

  SharedMaps(ClusterRig rig) {
    this.rig = rig;
  }

  /** Everything that replicas share is lost. */
  public void wipe() {
    rig.plane()
        .kubectl("", "delete", "configmap", "-n", rig.namespace(), "-l", "assayer.dev/state");
    make();
  }

  /** Every text that replicas share, as it stands in the ConfigMaps. */
  public List<String> texts() {
    String text =
        rig.plane()
            .kubectl(
                "",
                "get",
                "configmap",
                "-n",
                rig.namespace(),
                "-l",
                "assayer.dev/state",
                "-o",
                "go-template={{range .items}}{{range .data}}{{.}}{{\"\\n\\n\"}}{{end}}{{end}}");
    return text.isBlank() ? List.of() : List.of(text.split("\n\n"));
  }

  /** Somebody with the right to it writes other marks into every entry. */
  public void spoil() {
    for (JsonObject map :
        Text.objects(
            rig.get("configmap", "-n", rig.namespace(), "-l", "assayer.dev/state"), "items")) {
      Text.at(map, "data")
          .flatMap(Json::asObject)
          .ifPresent(data -> {
            JsonObject.Builder spoilt = JsonObject.builder();
            data.entries()
                .forEach(entry ->
                    spoilt.put(
                        entry.getKey(),
                        entry.getValue().asString().orElseThrow().lines().findFirst().orElseThrow()
                            + "\n1 - forged {\"epoch\":9,\"marks\":{}}"));
            rig.plane()
                .kubectl(
                    "",
                    "patch",
                    "configmap",
                    Text.text(map, "metadata", "name"),
                    "-n",
                    rig.namespace(),
                    "--type=merge",
                    "-p",
                    JsonObject.builder().put("data", spoilt.build()).build().toString());
          });
    }
  }

  List<String> names() {
    ClusterSettings settings = rig.settings(Path.of("unused"), rig.release());
    Stream<String> shards =
        Arrays.stream(ShardKind.values())
            .flatMap(kind ->
                IntStream.range(0, ShardKind.SHARDS).mapToObj(i -> settings.shard(kind, i)));
    return Stream.concat(shards, Stream.of(settings.checkpoints())).toList();
  }

  /** Makes them, empty, as the chart does. */
  void make() {
    rig.plane().apply(yaml());
  }

  private String yaml() {
    return names().stream()
        .map(name ->
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: %s, namespace: %s, labels: {assayer.dev/state: shared}}
            ---
            """
                .formatted(name, rig.namespace()))
        .collect(Collectors.joining());
  }
}
