package dev.assayer.audit;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A finished request in the API server's audit log (audit.k8s.io/v1).
 *
 * @param received when the API server got it
 * @param answered when it was answered
 * @param resource such as {@code pods}
 * @param subresource empty for none
 * @param dryRun whether it was to change nothing
 * @param code HTTP status of the answer
 * @param named the records of ours that its annotations name
 * @param failedOpen whether a webhook of ours did not answer and was passed over
 */
record KubeEvent(
    String auditId,
    Instant received,
    Instant answered,
    String verb,
    String group,
    String resource,
    String subresource,
    String namespace,
    String name,
    String user,
    boolean dryRun,
    int code,
    List<Named> named,
    boolean failedOpen) {
  private static final String OURS = ".assayer.dev";
  private static final String RECORD_ID = OURS + "/record-id";
  private static final String FAILED_OPEN = "failed-open.";
  private static final Set<String> WRITES = Set.of("create", "update", "patch");

  /** What the chart's webhooks are called for, by group. */
  private static final Map<String, Set<String>> COVERED =
      Map.of(
          "", Set.of("pods", "replicationcontrollers"),
          "apps", Set.of("deployments", "replicasets", "statefulsets", "daemonsets"),
          "batch", Set.of("jobs", "cronjobs"));

  /**
   * A record that an annotation names.
   *
   * @param webhook the annotation's prefix, such as {@code mutate.assayer.dev}
   */
  record Named(String webhook, String recordId, String verdict, String reason) {}

  /** A finished request; empty for the other stages. */
  static Optional<KubeEvent> of(JsonObject event) {
    if (!AuditJson.text(event, "stage").equals("ResponseComplete")) {
      return Optional.empty();
    }
    Optional<Instant> received = instant(event, "requestReceivedTimestamp");
    Optional<Instant> answered = instant(event, "stageTimestamp");
    if (answered.isEmpty()) {
      return Optional.empty();
    }
    JsonObject none = JsonObject.builder().build();
    JsonObject annotations = event.get("annotations").flatMap(Json::asObject).orElse(none);
    return Optional.of(
        new KubeEvent(
            AuditJson.text(event, "auditID"),
            received.orElse(answered.get()),
            answered.get(),
            AuditJson.text(event, "verb"),
            AuditJson.text(event, "objectRef", "apiGroup"),
            AuditJson.text(event, "objectRef", "resource"),
            AuditJson.text(event, "objectRef", "subresource"),
            AuditJson.text(event, "objectRef", "namespace"),
            AuditJson.text(event, "objectRef", "name"),
            user(event),
            isDryRun(AuditJson.text(event, "requestURI")),
            (int) AuditJson.number(event, "responseStatus", "code"),
            named(annotations),
            annotations.entries().stream()
                .anyMatch(one ->
                    one.getKey().startsWith(FAILED_OPEN)
                        && one.getValue()
                            .asString()
                            .filter(name -> name.endsWith(OURS))
                            .isPresent())));
  }

  /** When this line was written; also of a request that is not finished. */
  static Optional<Instant> instant(JsonObject event, String name) {
    try {
      return event.get(name).flatMap(Json::asString).map(Instant::parse);
    } catch (DateTimeException noTime) {
      return Optional.empty();
    }
  }

  /** Whose rights counted: the one that is impersonated is whom the webhook is told of. */
  private static String user(JsonObject event) {
    String impersonated = AuditJson.text(event, "impersonatedUser", "username");
    return impersonated.isEmpty() ? AuditJson.text(event, "user", "username") : impersonated;
  }

  private static boolean isDryRun(String uri) {
    int query = uri.indexOf('?');
    return query >= 0 && List.of(uri.substring(query + 1).split("&", -1)).contains("dryRun=All");
  }

  private static List<Named> named(JsonObject annotations) {
    List<Named> named = new ArrayList<>();
    for (Map.Entry<String, Json> one : annotations.entries()) {
      if (one.getKey().endsWith(RECORD_ID)) {
        String webhook = one.getKey().substring(0, one.getKey().length() - "/record-id".length());
        named.add(
            new Named(
                webhook,
                one.getValue().asString().orElse(""),
                AuditJson.text(annotations, webhook + "/verdict"),
                AuditJson.text(annotations, webhook + "/reason")));
      }
    }
    return List.copyOf(named);
  }

  /** Whether the API server did what was asked. */
  boolean succeeded() {
    return code >= 200 && code < 300;
  }

  /** Whether it writes what our webhooks are called for, and what can start containers. */
  boolean isCovered() {
    boolean ours = COVERED.getOrDefault(group, Set.of()).contains(resource);
    boolean part =
        subresource.isEmpty()
            || resource.equals("pods") && subresource.equals("ephemeralcontainers");
    return WRITES.contains(verb) && ours && part && !namespace.isEmpty();
  }

  /** What it did, for people. */
  String text() {
    return verb
        + " "
        + resource
        + (subresource.isEmpty() ? "" : "/" + subresource)
        + " "
        + namespace
        + "/"
        + (name.isEmpty() ? "(generated name)" : name)
        + " by "
        + user
        + " at "
        + received;
  }
}
