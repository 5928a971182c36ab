package dev.assayer.admission;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes AdmissionReviews as the API server sends them, for decisions without a cluster. */
public final class WorkloadReview {
  private static final String NAME = "policy-test";

  private WorkloadReview() {}

  /** The kinds that can be made, as objects name them. */
  public static List<String> kinds() {
    return Arrays.stream(WorkloadKind.values()).map(WorkloadKind::kind).toList();
  }

  /**
   * The review of a new object with one container.
   *
   * @param kind one of {@link #kinds}
   * @param image any string
   * @param namespace empty: the request names none
   * @return UTF-8 JSON
   */
  public static byte[] creating(String kind, String image, Optional<String> namespace) {
    WorkloadKind known =
        Arrays.stream(WorkloadKind.values())
            .filter(one -> one.kind().equals(kind))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no kind " + kind));
    JsonObject container = JsonObject.builder().put("name", NAME).put("image", image).build();
    JsonObject.Builder object =
        JsonObject.builder()
            .put("apiVersion", known.apiVersion())
            .put("kind", kind)
            .put("metadata", JsonObject.builder().put("name", NAME).build());
    known
        .around(JsonObject.builder().put("containers", JsonArray.of(container)).build())
        .entries()
        .forEach(member -> object.put(member.getKey(), member.getValue()));
    Json group =
        JsonObject.builder()
            .put("group", known.group())
            .put("version", WorkloadKind.VERSION)
            .put("kind", kind)
            .build();
    JsonObject.Builder request =
        JsonObject.builder().put("uid", NAME).put("kind", group).put("name", NAME);
    namespace.ifPresent(name -> request.put("namespace", name));
    request
        .put("operation", "CREATE")
        .put("userInfo", JsonObject.builder().put("username", "assayer:" + NAME).build())
        .put("object", object.build())
        .put("dryRun", true);
    return JsonText.compactBytes(
        JsonObject.builder()
            .put("apiVersion", "admission.k8s.io/v1")
            .put("kind", "AdmissionReview")
            .put("request", request.build())
            .build());
  }
}
