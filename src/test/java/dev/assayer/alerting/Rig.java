package dev.assayer.alerting;

import dev.assayer.config.AlertingConfig;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.Decision;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.TraceRef;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.telemetry.Configured;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Alerts with their metrics, and decisions to tell of. */
final class Rig implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-22T01:20:31.482Z");
  static final TraceRef TRACE =
      new TraceRef("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");

  final Metrics metrics = new Metrics();
  final Alerts alerts;

  Rig(String alerting) {
    this(alerting, new Traces());
  }

  Rig(String alerting, Traces traces) {
    alerts = new Alerts(metrics, traces);
    configure(alerting);
  }

  AlertingConfig configure(String alerting) {
    AlertingConfig config = config(alerting);
    metrics.configured(facts(config));
    alerts.configured(config);
    return config;
  }

  static Configured facts(AlertingConfig config) {
    return new Configured(
        "sha256:00",
        "assayer.dev/v1",
        1,
        false,
        List.of(),
        List.of(),
        List.of(),
        Set.of(),
        config.receivers().stream()
            .map(one -> new Configured.Receiver(one.name(), one.category().code()))
            .collect(Collectors.toSet()));
  }

  /** A configuration with this section. */
  static AlertingConfig config(String alerting) {
    return switch (load(alerting)) {
      case LoadResult.Loaded(Config config, var _) -> config.alerting();
      case LoadResult.Refused(var errors) -> throw new AssertionError(errors.toString());
    };
  }

  static LoadResult load(String alerting) {
    return Templates.check(
        new ConfigLoader()
            .load(
                "apiVersion: assayer.dev/v1\npolicy: [{pattern: '*', verify: false}]\nalerting:\n"
                    + alerting.indent(2),
                Path.of(""),
                "test.yaml"));
  }

  /** A receiver with the template ecs, as an element of a list in flow style. */
  static String receiver(Object url, String... more) {
    return "{template: ecs, url: '"
        + url
        + "'"
        + Stream.of(more).map(one -> ", " + one).collect(Collectors.joining())
        + "}";
  }

  /** Rejections go to these receivers. */
  static String rejecting(String... receivers) {
    return "reject: {receivers: [" + String.join(", ", receivers) + "]}\n";
  }

  static Decision denied(String image) {
    return of(Reason.TAG_NOT_SIGNED, Mode.ENFORCE, image);
  }

  static Decision of(Reason reason, Mode mode, String... images) {
    return of(reason, mode, false, images);
  }

  static Decision of(Reason reason, Mode mode, boolean dryRun, String... images) {
    return of(
        reason,
        mode,
        dryRun,
        "",
        Stream.of(images)
            .map(image -> image(image, image, reason, "the tag is not signed"))
            .toList());
  }

  static Decision of(
      Reason reason, Mode mode, boolean dryRun, String detail, List<ImageDecision> images) {
    boolean denied = mode == Mode.ENFORCE && !reason.verdict().admits();
    return new Decision(
        UUID.randomUUID().toString(),
        NOW,
        1,
        Duration.ofSeconds(9),
        Duration.ofMillis(3),
        new Decision.Service("0.1.0", "staging", "assayer-0"),
        new Decision.Request(
            "705ab4f5-6393-11e8-b7cc-42010a800002",
            "anonymous",
            "mutate",
            "CREATE",
            "v1",
            "Pod",
            "shop",
            "cart",
            Optional.empty(),
            dryRun,
            "dana",
            List.of()),
        denied ? Outcome.DENIED : Outcome.ALLOWED,
        reason.verdict(),
        reason,
        detail,
        mode,
        "sha256:" + "ab".repeat(32),
        "sha256:" + "cd".repeat(32),
        1,
        Optional.of(TRACE),
        List.of(),
        images);
  }

  static ImageDecision image(String requested, String normalised, Reason reason, String detail) {
    return new ImageDecision(
        "cart",
        "container",
        requested,
        normalised.isEmpty() ? Optional.empty() : Optional.of(normalised),
        Optional.empty(),
        false,
        Optional.empty(),
        List.of(),
        reason.verdict(),
        reason,
        Mode.ENFORCE,
        detail,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  static JsonObject object(String text) {
    try {
      Json json = StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 20));
      return json.asObject().orElseThrow();
    } catch (JsonException broken) {
      throw new AssertionError(text, broken);
    }
  }

  /** A value of a scrape: the sum of a metric's series with all these labels. */
  double metric(String name, String... labels) {
    return new String(metrics.scrape(Optional.empty()).body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(name + '{') || line.startsWith(name + ' '))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  double alerts(String result) {
    return metric("assayer_alerts_total", "result=\"" + result + "\"");
  }

  @Override
  public void close() {
    alerts.close();
  }
}
