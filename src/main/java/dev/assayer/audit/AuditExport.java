package dev.assayer.audit;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Records in the words of others: the Elastic Common Schema 8.11, and the class API Activity (6003)
 * of the Open Cybersecurity Schema Framework 1.1.0. What they have no word for is under {@code
 * assayer} and {@code unmapped}; docs/audit.md has the table.
 */
public final class AuditExport {
  private static final String ECS_VERSION = "8.11.0";
  private static final String OCSF_VERSION = "1.1.0";
  private static final int APPLICATION_ACTIVITY = 6;
  private static final int API_ACTIVITY = 6003;
  private static final long NANOS_IN_MILLI = 1_000_000;

  private AuditExport() {}

  /** What both say of a record. */
  private record Said(JsonObject record, boolean denied, String verdict, String reason) {
    static Said of(LogRecords.Found found) {
      JsonObject record = found.record();
      return found.withdrawn()
          ? new Said(record, true, "error", "audit_unavailable")
          : new Said(
              record,
              AuditJson.text(record, "outcome").equals("denied"),
              AuditJson.text(record, "verdict"),
              AuditJson.text(record, "reason"));
    }

    String text(String... path) {
      return AuditJson.text(record, path);
    }

    String operation() {
      return text("request", "operation").toLowerCase(Locale.ROOT);
    }

    String outcome() {
      return denied ? "denied" : "allowed";
    }

    String message() {
      String namespace = text("request", "namespace");
      return outcome()
          + " "
          + text("request", "kind")
          + " "
          + (namespace.isEmpty() ? "" : namespace + "/")
          + text("request", "name")
          + " ["
          + reason
          + "]";
    }

    List<String> ofImages(String... path) {
      return AuditJson.objects(record, "images").stream()
          .map(image -> AuditJson.text(image, path))
          .filter(text -> !text.isEmpty())
          .distinct()
          .toList();
    }

    List<String> imageNames() {
      return AuditJson.objects(record, "images").stream()
          .map(image -> {
            String normalised = AuditJson.text(image, "normalised");
            return normalised.isEmpty() ? AuditJson.text(image, "requested") : normalised;
          })
          .distinct()
          .toList();
    }
  }

  /** A record as an ECS document. */
  public static JsonObject ecs(LogRecords.Found found) {
    Said said = Said.of(found);
    JsonObject.Builder document =
        JsonObject.builder()
            .put("@timestamp", said.text("time"))
            .put("message", said.message())
            .put("ecs", one("version", ECS_VERSION))
            .put(
                "event",
                JsonObject.builder()
                    .put("id", said.text("record_id"))
                    .put("kind", "event")
                    .put("category", List.of("api"))
                    .put("type", List.of(said.outcome()))
                    .put("action", "admission." + said.operation())
                    .put("outcome", said.denied() ? "failure" : "success")
                    .put("reason", said.reason())
                    .put(
                        "duration", AuditJson.number(said.record(), "duration_ms") * NANOS_IN_MILLI)
                    .put("sequence", AuditJson.number(said.record(), "seq"))
                    .put("provider", "assayer")
                    .put("dataset", "assayer.decision")
                    .build())
            .put(
                "service",
                JsonObject.builder()
                    .put("name", "assayer")
                    .put("version", said.text("service", "version"))
                    .put("node", one("name", said.text("service", "instance")))
                    .build())
            .put("user", user(said))
            .put(
                "orchestrator",
                JsonObject.builder()
                    .put("type", "kubernetes")
                    .put("cluster", one("name", said.text("cluster")))
                    .put("namespace", said.text("request", "namespace"))
                    .put("api_version", said.text("request", "api_version"))
                    .put(
                        "resource",
                        JsonObject.builder()
                            .put("type", said.text("request", "kind"))
                            .put("name", said.text("request", "name"))
                            .build())
                    .build())
            .put(
                "container",
                JsonObject.builder()
                    .put(
                        "image",
                        JsonObject.builder()
                            .put("name", said.imageNames())
                            .put(
                                "hash",
                                JsonObject.builder().put("all", said.ofImages("digest")).build())
                            .build())
                    .build())
            .put(
                "rule",
                JsonObject.builder()
                    .put("name", said.ofImages("rule", "pattern"))
                    .put("ruleset", said.text("policy", "digest"))
                    .build());
    String trace = said.text("trace", "trace_id");
    if (!trace.isEmpty()) {
      document.put("trace", one("id", trace)).put("span", one("id", said.text("trace", "span_id")));
    }
    return document.put("assayer", own(found, said)).build();
  }

  private static JsonObject user(Said said) {
    return JsonObject.builder()
        .put("name", said.text("user", "name"))
        .put(
            "group",
            JsonObject.builder()
                .put("name", AuditJson.texts(said.record(), "user", "groups"))
                .build())
        .build();
  }

  /** What neither has a word for. */
  private static JsonObject own(LogRecords.Found found, Said said) {
    return JsonObject.builder()
        .put("log_index", found.index())
        .put("withdrawn", found.withdrawn())
        .put("verdict", said.verdict())
        .put("mode", said.text("mode"))
        .put("endpoint", said.text("request", "endpoint"))
        .put("caller", said.text("request", "caller"))
        .put("dry_run", AuditJson.flag(said.record(), "request", "dry_run"))
        .put("request_uid", said.text("request", "uid"))
        .put("trust_root_digest", said.text("policy", "trust_root_digest"))
        .put("signers", signers(said))
        .build();
  }

  private static List<String> signers(Said said) {
    return AuditJson.objects(said.record(), "images").stream()
        .flatMap(image -> AuditJson.objects(image, "signers").stream())
        .map(signer -> AuditJson.text(signer, "role") + " " + AuditJson.text(signer, "key_id"))
        .distinct()
        .toList();
  }

  /** A record as an OCSF event. */
  public static JsonObject ocsf(LogRecords.Found found) {
    Said said = Said.of(found);
    int activity =
        switch (said.operation()) {
          case "create" -> 1;
          case "update" -> 3;
          case "delete" -> 4;
          default -> 99;
        };
    JsonObject.Builder event =
        JsonObject.builder()
            .put("category_uid", APPLICATION_ACTIVITY)
            .put("class_uid", API_ACTIVITY)
            .put("activity_id", activity)
            .put("type_uid", API_ACTIVITY * 100L + activity)
            .put("severity_id", said.denied() ? 3 : 1)
            .put("time", millis(said.text("time")))
            .put("duration", AuditJson.number(said.record(), "duration_ms"))
            .put("message", said.message())
            .put("status_id", said.denied() ? 2 : 1)
            .put("status", said.denied() ? "Failure" : "Success")
            .put("status_code", said.reason())
            .put("metadata", metadata(said))
            .put("actor", actor(said))
            .put("src_endpoint", one("name", said.text("request", "caller")))
            .put("api", api(said))
            .put("resources", resources(said));
    if (activity == 99) {
      event.put("activity_name", said.operation());
    }
    return event
        .put(
            "unmapped",
            JsonObject.builder()
                .put("assayer", own(found, said))
                .put("rules", said.ofImages("rule", "pattern"))
                .put("policy_digest", said.text("policy", "digest"))
                .put("trace_id", said.text("trace", "trace_id"))
                .build())
        .build();
  }

  private static JsonObject metadata(Said said) {
    return JsonObject.builder()
        .put("version", OCSF_VERSION)
        .put("uid", said.text("record_id"))
        .put("sequence", AuditJson.number(said.record(), "seq"))
        .put("log_name", "assayer.decision")
        .put("log_provider", said.text("service", "instance"))
        .put("original_time", said.text("time"))
        .put(
            "product",
            JsonObject.builder()
                .put("name", "Assayer")
                .put("vendor_name", "Assayer")
                .put("version", said.text("service", "version"))
                .build())
        .build();
  }

  private static JsonObject actor(Said said) {
    List<Json> groups =
        AuditJson.texts(said.record(), "user", "groups").stream()
            .<Json>map(group -> one("name", group))
            .toList();
    return JsonObject.builder()
        .put(
            "user",
            JsonObject.builder()
                .put("name", said.text("user", "name"))
                .put("groups", new JsonArray(groups))
                .build())
        .build();
  }

  private static JsonObject api(Said said) {
    return JsonObject.builder()
        .put("operation", said.operation())
        .put("version", said.text("request", "api_version"))
        .put("service", one("name", "kubernetes " + said.text("cluster")))
        .put("request", one("uid", said.text("request", "uid")))
        .build();
  }

  /** The object, and the images that it names. */
  private static JsonArray resources(Said said) {
    Json object =
        JsonObject.builder()
            .put("type", said.text("request", "kind"))
            .put("name", said.text("request", "name"))
            .put("namespace", said.text("request", "namespace"))
            .build();
    Stream<Json> images =
        AuditJson.objects(said.record(), "images").stream().map(AuditExport::resource);
    return new JsonArray(Stream.concat(Stream.of(object), images).toList());
  }

  private static Json resource(JsonObject image) {
    JsonObject.Builder resource =
        JsonObject.builder()
            .put("type", "container image")
            .put("name", AuditJson.text(image, "requested"));
    String digest = AuditJson.text(image, "digest");
    return (digest.isEmpty() ? resource : resource.put("uid", digest)).build();
  }

  private static JsonObject one(String name, String value) {
    return JsonObject.builder().put(name, value).build();
  }

  private static long millis(String time) {
    try {
      return Instant.parse(time).toEpochMilli();
    } catch (DateTimeException noTime) {
      return 0;
    }
  }
}
