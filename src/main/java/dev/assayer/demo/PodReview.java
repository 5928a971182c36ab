package dev.assayer.demo;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An AdmissionReview as the API server sends it when somebody creates a pod.
 *
 * @param uid of the request
 * @param json the review, UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PodReview(String uid, byte[] json) {

  static PodReview of(List<String> images) {
    String uid = UUID.randomUUID().toString();
    List<Json> containers = new ArrayList<>();
    for (String image : images) {
      containers.add(
          JsonObject.builder()
              .put("name", "container-" + containers.size())
              .put("image", image)
              .build());
    }
    JsonObject pod =
        JsonObject.builder()
            .put("apiVersion", "v1")
            .put("kind", "Pod")
            .put("metadata", JsonObject.builder().put("name", "demo").build())
            .put("spec", JsonObject.builder().put("containers", new JsonArray(containers)).build())
            .build();
    JsonObject request =
        JsonObject.builder()
            .put("uid", uid)
            .put("kind", kind("group", "", "kind", "Pod"))
            .put("resource", kind("group", "", "resource", "pods"))
            .put("name", "demo")
            .put("namespace", "shop")
            .put("operation", "CREATE")
            .put("userInfo", JsonObject.builder().put("username", "dana@acme.example").build())
            .put("object", pod)
            .put("dryRun", false)
            .build();
    return new PodReview(
        uid,
        JsonText.compactBytes(
            JsonObject.builder()
                .put("apiVersion", "admission.k8s.io/v1")
                .put("kind", "AdmissionReview")
                .put("request", request)
                .build()));
  }

  private static JsonObject kind(String group, String groupName, String name, String value) {
    return JsonObject.builder().put(group, groupName).put("version", "v1").put(name, value).build();
  }
}
