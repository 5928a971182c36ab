package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was found of the running images of one namespace, in the form of the Kubernetes policy
 * working group (wgpolicyk8s.io/v1alpha2).
 *
 * @param counts of all images, by what was found; what is not in it is zero
 * @param results the images that are worth a line; the caller bounds their number
 */
public record PolicyReport(String namespace, Map<Result, Integer> counts, List<Line> results) {
  private static final String SOURCE = "assayer";

  /** The closed set of the format. */
  public enum Result {
    PASS,
    FAIL,
    WARN,
    ERROR,
    SKIP;

    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One finding.
   *
   * @param policy pattern of the policy rule
   * @param reason why, as a code
   * @param message one sentence
   * @param subject what runs the image
   * @param container name of the container
   * @param image as specified
   * @param running as the runtime reports it
   */
  public record Line(
      Result result,
      String policy,
      String reason,
      String message,
      RunningPod.Controller subject,
      String container,
      String image,
      String running) {}

  /** Copies the collections. */
  public PolicyReport {
    counts = Map.copyOf(counts);
    results = List.copyOf(results);
  }

  /** The object, under this name and with this label. */
  JsonObject object(String name, String label, String value) {
    JsonObject.Builder summary = JsonObject.builder();
    Map<Result, Integer> all = new EnumMap<>(Result.class);
    all.putAll(counts);
    for (Result result : Result.values()) {
      summary.put(result.code(), all.getOrDefault(result, 0));
    }
    return JsonObject.builder()
        .put("apiVersion", Resource.POLICY_REPORT.apiVersion())
        .put("kind", Resource.POLICY_REPORT.kind())
        .put(
            "metadata",
            JsonObject.builder()
                .put("name", name)
                .put("namespace", namespace)
                .put("labels", JsonObject.builder().put(label, value).build())
                .build())
        .put("summary", summary.build())
        .put("results", new JsonArray(results.stream().<Json>map(this::object).toList()))
        .build();
  }

  private JsonObject object(Line line) {
    RunningPod.Controller subject = line.subject();
    JsonObject resource =
        JsonObject.builder()
            .put("apiVersion", subject.apiVersion())
            .put("kind", subject.kind())
            .put("name", subject.name())
            .put("namespace", namespace)
            .put("uid", subject.uid())
            .build();
    return JsonObject.builder()
        .put("source", SOURCE)
        .put("policy", line.policy())
        .put("rule", line.reason())
        .put("category", "running images")
        .put("severity", line.result() == Result.FAIL ? "high" : "medium")
        .put("result", line.result().code())
        .put("scored", true)
        .put("message", line.message())
        .put("resources", JsonArray.of(resource))
        .put(
            "properties",
            JsonObject.builder()
                .put("container", line.container())
                .put("image", line.image())
                .put("running", line.running())
                .build())
        .build();
  }
}
