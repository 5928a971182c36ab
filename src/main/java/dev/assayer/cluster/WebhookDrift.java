package dev.assayer.cluster;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares live webhook objects with the packaged ones, field by field, after the API server's
 * defaults (admissionregistration.k8s.io/v1) are filled in on both sides. The caBundle is not
 * packaged: see {@link CaBundles}.
 */
final class WebhookDrift {
  private static final int SHOWN = 80;

  /** How a field is read from a webhook entry. */
  private interface Reader {
    Json read(JsonObject webhook);
  }

  private static final Map<DriftField, Reader> READERS = readers();

  private WebhookDrift() {}

  private static Map<DriftField, Reader> readers() {
    Map<DriftField, Reader> readers = new EnumMap<>(DriftField.class);
    readers.put(DriftField.FAILURE_POLICY, plain("failurePolicy", Json.of("Fail")));
    readers.put(DriftField.RULES, WebhookDrift::rules);
    readers.put(
        DriftField.NAMESPACE_SELECTOR, plain("namespaceSelector", JsonObject.builder().build()));
    readers.put(DriftField.OBJECT_SELECTOR, plain("objectSelector", JsonObject.builder().build()));
    readers.put(DriftField.MATCH_CONDITIONS, plain("matchConditions", JsonArray.of()));
    readers.put(DriftField.MATCH_POLICY, plain("matchPolicy", Json.of("Equivalent")));
    readers.put(DriftField.SERVICE, WebhookDrift::service);
    readers.put(DriftField.TIMEOUT_SECONDS, plain("timeoutSeconds", Json.of(10)));
    readers.put(DriftField.SIDE_EFFECTS, plain("sideEffects", JsonNull.NULL));
    readers.put(DriftField.REINVOCATION_POLICY, plain("reinvocationPolicy", Json.of("Never")));
    readers.put(
        DriftField.ADMISSION_REVIEW_VERSIONS, plain("admissionReviewVersions", JsonNull.NULL));
    return Map.copyOf(readers);
  }

  private static Reader plain(String name, Json absent) {
    return webhook ->
        webhook.get(name).filter(value -> !value.equals(JsonNull.NULL)).orElse(absent);
  }

  private static Json rules(JsonObject webhook) {
    return new JsonArray(
        Text.objects(webhook, "rules").stream()
            .<Json>map(rule -> rule.has("scope") ? rule : Text.with(rule, "scope", Json.of("*")))
            .toList());
  }

  private static Json service(JsonObject webhook) {
    JsonObject.Builder shown = JsonObject.builder();
    Text.at(webhook, "clientConfig", "url").ifPresent(url -> shown.put("url", url));
    Text.at(webhook, "clientConfig", "service")
        .flatMap(Json::asObject)
        .ifPresent(service ->
            shown.put(
                "service",
                service.has("port") ? service : Text.with(service, "port", Json.of(443))));
    return shown.build();
  }

  /**
   * What differs.
   *
   * @return for each field that differs, one clause that says where and how
   */
  static Map<DriftField, String> between(JsonObject packaged, JsonObject live) {
    Map<DriftField, String> drift = new EnumMap<>(DriftField.class);
    Map<String, JsonObject> wanted = byName(packaged);
    Map<String, JsonObject> found = byName(live);
    String object = Text.text(live, "kind");
    if (!wanted.keySet().equals(found.keySet())
        || Text.objects(live, "webhooks").size() != found.size()) {
      drift.put(
          DriftField.WEBHOOKS,
          Text.safe(
              object + " has the entries " + found.keySet() + " in place of " + wanted.keySet()));
    }
    wanted.forEach((name, entry) ->
        Optional.ofNullable(found.get(name))
            .ifPresent(there -> fields(object + " " + name, entry, there, drift)));
    return drift;
  }

  private static void fields(
      String where, JsonObject wanted, JsonObject found, Map<DriftField, String> drift) {
    READERS.forEach((field, reader) -> {
      Json is = reader.read(found);
      Json shouldBe = reader.read(wanted);
      if (!is.equals(shouldBe)) {
        drift.putIfAbsent(
            field,
            Text.safe(
                where
                    + " has "
                    + field.code()
                    + " "
                    + shortened(is)
                    + " in place of "
                    + shortened(shouldBe)));
      }
    });
  }

  private static String shortened(Json value) {
    String text = JsonText.compact(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  /** The entries by their names, which the API server keeps distinct. */
  static Map<String, JsonObject> byName(JsonObject object) {
    Map<String, JsonObject> entries = new LinkedHashMap<>();
    for (JsonObject entry : Text.objects(object, "webhooks")) {
      entries.putIfAbsent(Text.text(entry, "name"), entry);
    }
    return entries;
  }

  /** All differences of several objects, the first clause for each field. */
  static Map<DriftField, String> together(List<Map<DriftField, String>> drifts) {
    Map<DriftField, String> all = new EnumMap<>(DriftField.class);
    drifts.forEach(drift -> drift.forEach(all::putIfAbsent));
    return all;
  }
}
