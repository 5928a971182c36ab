package dev.assayer.server;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.testing.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/** Posts AdmissionReviews over one kept TLS connection, as an API server does. */
final class Caller implements AutoCloseable {
  private final RawHttp http;

  private Caller(RawHttp http) {
    this.http = http;
  }

  /**
   * What the API server was told.
   *
   * @param took from the first byte sent to the last one read
   * @param last whether the server ends the connection with it
   */
  record Told(int status, Duration took, String uid, JsonObject response, boolean last) {
    boolean allowed() {
      return response.get("allowed").flatMap(Json::asBoolean).orElse(false);
    }

    /** The message of the status; empty when admitted. */
    String message() {
      return response
          .get("status")
          .flatMap(Json::asObject)
          .flatMap(status -> status.get("message"))
          .flatMap(Json::asString)
          .orElse("");
    }

    String recordId() {
      return annotation("record-id");
    }

    String annotation(String name) {
      return response
          .get("auditAnnotations")
          .flatMap(Json::asObject)
          .flatMap(all -> all.get(name))
          .flatMap(Json::asString)
          .orElse("");
    }

    /** The values that the patch writes. */
    List<String> patched() {
      return response
          .get("patch")
          .flatMap(Json::asString)
          .map(text -> parse(Base64.getDecoder().decode(text)))
          .flatMap(Json::asArray)
          .map(JsonArray::values)
          .orElse(List.of())
          .stream()
          .map(step -> step.asObject().flatMap(all -> all.get("value")).flatMap(Json::asString))
          .flatMap(Optional::stream)
          .toList();
    }
  }

  static Caller to(int port, SSLContext trust) throws IOException {
    return new Caller(RawHttp.tls(port, trust));
  }

  RawHttp http() {
    return http;
  }

  /** Asks about the creation of a pod, granting the usual ten seconds. */
  Told create(String... images) throws IOException {
    return ask("/mutate?timeout=10s", "", images);
  }

  /** Asks about the creation of a pod; {@code headers} are whole lines. */
  Told ask(String target, String headers, String... images) throws IOException {
    String uid = UUID.randomUUID().toString();
    long begun = System.nanoTime();
    RawHttp.Answer answer = http.send(Rig.post(target, pod(uid, images), headers)).answer();
    return told(uid, begun, answer);
  }

  /** Asks about the creation of a pod that is only tried. */
  Told dryRun(String... images) throws IOException {
    String uid = UUID.randomUUID().toString();
    long begun = System.nanoTime();
    String body = pod(uid, images).replace("\"dryRun\":false", "\"dryRun\":true");
    return told(uid, begun, http.send(Rig.post("/mutate?timeout=10s", body, "")).answer());
  }

  static Told told(String uid, long begunNanos, RawHttp.Answer answer) {
    Duration took = Duration.ofNanos(System.nanoTime() - begunNanos);
    JsonObject response =
        parse(answer.body().getBytes(StandardCharsets.UTF_8))
            .asObject()
            .flatMap(review -> review.get("response"))
            .flatMap(Json::asObject)
            .orElseGet(() -> JsonObject.builder().build());
    boolean last = answer.header("Connection").filter("close"::equalsIgnoreCase).isPresent();
    return new Told(answer.status(), took, uid, response, last);
  }

  /** An AdmissionReview of a pod's creation. */
  static String pod(String uid, String... images) {
    StringBuilder containers = new StringBuilder();
    for (String image : images) {
      containers
          .append(containers.isEmpty() ? "" : ",")
          .append("{\"name\":\"c\",\"image\":\"" + image + "\"}");
    }
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
    "uid":"%s","kind":{"group":"","version":"v1","kind":"Pod"},
    "resource":{"group":"","version":"v1","resource":"pods"},"name":"cart",
    "namespace":"shop","operation":"CREATE","userInfo":{"username":"dana@acme.example"},
    "object":{"metadata":{"name":"cart"},"spec":{"containers":[%s]}},"dryRun":false}}\
    """
        .formatted(uid, containers);
  }

  private static Json parse(byte[] json) {
    try {
      return StrictJson.parse(json, JsonLimits.REVIEW);
    } catch (JsonException wrong) {
      throw new AssertionError(new String(json, StandardCharsets.UTF_8), wrong);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
