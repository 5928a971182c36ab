package dev.assayer.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.AlertingConfig;
import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.config.AlertingConfig.Shipped;
import dev.assayer.config.AlertingConfig.UrlFile;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonString;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every payload against what its receiver documents, with plain, hostile and huge values. */
class ShippedTemplatesTest {
  private static final List<String> HOSTILE =
      List.of(
          "registry.example/acme/app:1",
          "\",\"x\":\"",
          "{{ 7*7 }}",
          "{% if true %}evaluated{% endif %}",
          "<!channel> <https://evil.example|click>",
          "@here `@channel` ```",
          "[click](https://evil.example) **bold**",
          "\u0000\n\r\t\u001b[31m\u202e",
          "\ud83d\ude00".repeat(5000),
          "x".repeat(100_000),
          "\"".repeat(20_000),
          "\\".repeat(20_000),
          "<".repeat(20_000),
          "");

  private static final Map<String, MessageTemplate> MADE = new ConcurrentHashMap<>();

  static Stream<Decision> decisions() {
    List<Decision> all = new ArrayList<>();
    for (String text : HOSTILE) {
      all.add(
          Rig.of(
              Reason.REFERENCE_INVALID,
              Mode.ENFORCE,
              false,
              "",
              List.of(Rig.image(text, "", Reason.REFERENCE_INVALID, text))));
      all.add(named(text));
    }
    all.add(Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, "docker.io/acme/app:1.4"));
    all.add(Rig.of(Reason.OVERLOAD, Mode.ENFORCE, false, "no place", List.of()));
    all.add(
        Rig.of(
            Reason.TAG_NOT_SIGNED,
            Mode.DETECTION,
            Stream.iterate(0, i -> i + 1)
                .limit(512)
                .map(i -> "a.example/i" + i + ":1")
                .toArray(String[]::new)));
    return all.stream();
  }

  /** The text in every field of a decision that a user or a server fills. */
  private static Decision named(String text) {
    Decision one = Rig.denied("docker.io/acme/app:1.4");
    return new Decision(
        one.recordId(),
        one.time(),
        one.sequence(),
        one.budget(),
        one.took(),
        new Decision.Service("1", text, text),
        new Decision.Request(
            text,
            text,
            "mutate",
            text,
            text,
            text,
            text,
            text,
            one.request().owner(),
            false,
            text,
            List.of()),
        one.outcome(),
        one.verdict(),
        one.reason(),
        one.detail(),
        one.mode(),
        one.policyDigest(),
        one.trustRootDigest(),
        one.generation(),
        one.trace(),
        one.stages(),
        one.images());
  }

  private static JsonObject payload(String template, Decision decision, int priority) {
    Receiver receiver =
        new Receiver(
            "r",
            Category.REJECT,
            new Shipped(template),
            new UrlFile(Path.of("nowhere")),
            priority,
            Map.of(),
            Map.of(),
            List.of(),
            JsonObject.builder().build(),
            Map.of(),
            false);
    try {
      Alert alert = Alerted.of(decision).orElseThrow();
      MessageTemplate made = MADE.computeIfAbsent(template, _ -> new Templates().of(receiver));
      return new Letter(receiver, made).payload(alert, 3);
    } catch (RenderException unfit) {
      throw new AssertionError(unfit);
    }
  }

  private static JsonObject at(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asObject).orElseThrow();
  }

  private static List<JsonObject> list(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asArray).orElseThrow().values().stream()
        .map(one -> one.asObject().orElseThrow())
        .toList();
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElseThrow();
  }

  /** All strings of a payload. */
  private static void strings(Json json, List<String> into) {
    switch (json) {
      case JsonObject object -> object.entries().forEach(entry -> strings(entry.getValue(), into));
      case JsonArray array -> array.values().forEach(one -> strings(one, into));
      case JsonString(String text) -> into.add(text);
      default -> {}
    }
  }

  @Test
  void theShippedTemplatesAreThoseThatTheConfigurationKnows() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/dev/assayer/alerting"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              AlertingConfig.SHIPPED.stream().map(name -> name + ".json").toList());
    }
  }

  @ParameterizedTest
  @MethodSource("decisions")
  void hostileValuesNeverChangeTheStructureNorAreEvaluated(Decision decision) {
    for (String template : AlertingConfig.SHIPPED) {
      JsonObject plain = payload(template, Rig.denied("docker.io/acme/app:1.4"), 3);
      JsonObject hostile = payload(template, decision, 3);
      assertThat(shape(Rig.object(JsonText.compact(hostile)))).as(template).isEqualTo(shape(plain));
      List<String> texts = new ArrayList<>();
      strings(hostile, texts);
      assertThat(texts)
          .as(template)
          .noneMatch(text -> text.contains("\u0000") || text.contains("\u001b"))
          .noneMatch(text -> text.isEmpty());
    }
  }

  @Test
  void anImageNamedLikeAPlaceholderStandsInTheMessageAsItIs() {
    String name = "{{ 7*7 }}{% if true %}evaluated{% endif %}";
    Decision decision =
        Rig.of(
            Reason.REFERENCE_INVALID,
            Mode.ENFORCE,
            false,
            "",
            List.of(Rig.image(name, "", Reason.REFERENCE_INVALID, "no name")));
    for (String template : AlertingConfig.SHIPPED) {
      List<String> texts = new ArrayList<>();
      strings(payload(template, decision, 3), texts);
      assertThat(texts).as(template).anyMatch(text -> text.contains(name));
    }
  }

  /** Names and kinds of values, without the texts. */
  private static String shape(Json json) {
    return switch (json) {
      case JsonObject object ->
          object.entries().stream()
              .map(entry -> entry.getKey() + ":" + shape(entry.getValue()))
              .toList()
              .toString();
      case JsonArray array ->
          array.values().stream().map(ShippedTemplatesTest::shape).toList().toString();
      case JsonString _ -> "text";
      default -> json.toString();
    };
  }

  /** Block Kit: header 150, text 3000, fields 10 of 2000, 50 blocks; text of a message 40,000. */
  @ParameterizedTest
  @MethodSource("decisions")
  void slackGetsBlocksWithinItsLimitsAndNobodyIsCalled(Decision decision) {
    JsonObject payload = payload("slack", decision, 3);
    assertThat(text(payload, "text")).hasSizeBetween(1, 4000).doesNotContain("<!", "<http");
    List<JsonObject> blocks = list(payload, "blocks");
    assertThat(blocks).hasSizeLessThanOrEqualTo(50);
    for (JsonObject block : blocks) {
      assertThat(text(block, "type")).isIn("header", "section");
      boolean header = text(block, "type").equals("header");
      block
          .get("text")
          .flatMap(Json::asObject)
          .ifPresent(text -> {
            assertThat(text(text, "type")).isEqualTo("plain_text");
            assertThat(text(text, "text")).hasSizeBetween(1, header ? 150 : 3000);
          });
      if (block.has("fields")) {
        assertThat(list(block, "fields"))
            .hasSizeBetween(1, 10)
            .allSatisfy(field -> {
              assertThat(text(field, "type")).isEqualTo("plain_text");
              assertThat(text(field, "text")).hasSizeBetween(1, 2000);
            });
      }
    }
  }

  /** Alert API: message 130, alias 512, description 15,000, details 8,000, P1 to P5. */
  @ParameterizedTest
  @MethodSource("decisions")
  void opsgenieGetsAnAlertWithinItsLimits(Decision decision) {
    JsonObject payload = payload("opsgenie", decision, 2);
    assertThat(text(payload, "message")).hasSizeBetween(1, 130).doesNotContain("<");
    assertThat(text(payload, "alias")).hasSizeBetween(1, 512);
    assertThat(text(payload, "description")).hasSizeBetween(1, 15_000).doesNotContain("<");
    assertThat(text(payload, "entity")).hasSizeBetween(1, 512);
    assertThat(text(payload, "source")).hasSizeBetween(1, 100);
    assertThat(text(payload, "priority")).isEqualTo("P2");
    assertThat(payload.get("tags").flatMap(Json::asArray).orElseThrow().values())
        .hasSizeLessThanOrEqualTo(20)
        .allSatisfy(tag -> assertThat(tag.asString().orElseThrow()).hasSizeBetween(1, 50));
    int details =
        at(payload, "details").entries().stream()
            .mapToInt(
                one -> one.getKey().length() + one.getValue().asString().orElseThrow().length())
            .sum();
    assertThat(details).isLessThanOrEqualTo(8000);
  }

  /** The webhook bot takes msg; a chat message has 10,000 characters at most. */
  @ParameterizedTest
  @MethodSource("decisions")
  void keybaseGetsOneMessageWhoseCodeFencesHold(Decision decision) {
    JsonObject payload = payload("keybase", decision, 3);
    assertThat(payload.names()).containsExactly("msg");
    String message = text(payload, "msg");
    assertThat(message).hasSizeLessThan(10_000);
    String fenced = message.substring(message.indexOf("```") + 3, message.lastIndexOf("```"));
    assertThat(fenced).doesNotContain("`");
    String around = message.replace(fenced, "").replace("```", "");
    String[] parts = around.split("`", -1);
    for (int i = 0; i < parts.length; i += 2) {
      assertThat(parts[i]).doesNotContain("@");
    }
  }

  /** Workflows: a message with one Adaptive Card, 28 KB at most; text runs know no markdown. */
  @ParameterizedTest
  @MethodSource("decisions")
  void teamsGetsAnAdaptiveCardWithinItsLimit(Decision decision) {
    JsonObject payload = payload("msteams", decision, 3);
    assertThat(JsonText.compactBytes(payload)).hasSizeLessThan(28 * 1024);
    assertThat(text(payload, "type")).isEqualTo("message");
    JsonObject attachment = list(payload, "attachments").getFirst();
    assertThat(text(attachment, "contentType"))
        .isEqualTo("application/vnd.microsoft.card.adaptive");
    JsonObject card = at(attachment, "content");
    assertThat(text(card, "type")).isEqualTo("AdaptiveCard");
    assertThat(text(card, "version")).isEqualTo("1.4");
    assertThat(list(card, "body"))
        .isNotEmpty()
        .allSatisfy(block -> {
          assertThat(text(block, "type")).isEqualTo("RichTextBlock");
          assertThat(list(block, "inlines"))
              .allSatisfy(run -> {
                assertThat(text(run, "type")).isEqualTo("TextRun");
                assertThat(text(run, "text")).isNotEmpty();
              });
        });
  }

  /** Events API v2: summary 1,024, dedup_key 255, source and severity required, 512 KB. */
  @ParameterizedTest
  @MethodSource("decisions")
  void pagerDutyGetsATriggerWithinItsLimits(Decision decision) {
    for (int priority = 1; priority <= 5; priority++) {
      JsonObject event = payload("pagerduty", decision, priority);
      assertThat(text(event, "event_action")).isEqualTo("trigger");
      assertThat(text(event, "dedup_key")).hasSizeBetween(1, 255);
      JsonObject payload = at(event, "payload");
      assertThat(text(payload, "summary")).hasSizeBetween(1, 1024);
      assertThat(text(payload, "source")).isNotEmpty();
      assertThat(text(payload, "severity"))
          .isEqualTo(List.of("critical", "error", "warning", "info", "info").get(priority - 1));
      assertThat(Instant.parse(text(payload, "timestamp"))).isEqualTo(Rig.NOW);
      assertThat(JsonText.compactBytes(event)).hasSizeLessThan(512 * 1024);
    }
  }

  /** ECS 8.11: kind, category and type of an event are of closed sets, and those of api. */
  @ParameterizedTest
  @MethodSource("decisions")
  void elasticGetsADocumentInItsSchema(Decision decision) {
    JsonObject document = payload("ecs", decision, 3);
    assertThat(Instant.parse(text(document, "@timestamp"))).isEqualTo(Rig.NOW);
    assertThat(text(at(document, "ecs"), "version")).isEqualTo("8.11.0");
    JsonObject event = at(document, "event");
    assertThat(text(event, "kind")).isEqualTo("alert");
    assertThat(event.get("category").orElseThrow())
        .hasToString("JsonArray[values=[JsonString[value=api]]]");
    Set<String> expected = decision.verdict().admits() ? Set.of("allowed") : Set.of("denied");
    assertThat(event.get("type").flatMap(Json::asArray).orElseThrow().values())
        .extracting(type -> type.asString().orElseThrow())
        .containsExactlyElementsOf(expected);
    assertThat(at(document, "labels").entries())
        .allSatisfy(label -> assertThat(label.getValue()).isInstanceOf(JsonString.class));
  }

  @Test
  void theKeyOfPagerDutyComesByPayloadFields() {
    JsonObject fields = Rig.object("{\"routing_key\": \"" + "k".repeat(32) + "\"}");
    JsonObject event =
        MessageTemplate.merged(payload("pagerduty", Rig.denied("a.example/b:1"), 3), fields);
    assertThat(text(event, "routing_key")).hasSize(32);
    assertThat(event.has("payload")).isTrue();
  }
}
