package dev.assayer.watch;

import dev.assayer.testing.AlertReceiver;
import dev.assayer.testing.LiveAlertmanager;
import dev.assayer.watch.ServiceLanes.Repeated;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Those who are told: of names, decisions and spans. And a fault of each severity with an
 * Alertmanager that tells people of it.
 */
final class ReceiverLanes {
  private static final String EXEMPT = "registry.example/tools/sh:1";
  private static final String DENYING =
      """
      validators: [{name: default, type: static, approve: false}]
      policy:
        - pattern: "*:*"
        - {pattern: "registry.example/tools/*:*", verify: false}
      """;

  private ReceiverLanes() {}

  /** Scrapes this replica, whose alerts are told to these people, by severity. */
  private static Lane told(Site site, LiveReplica replica, Map<String, AlertReceiver> people) {
    Map<String, URI> addresses = new TreeMap<>();
    people.forEach((severity, one) -> addresses.put(severity, one.url()));
    LiveAlertmanager alertmanager =
        site.closing(LiveAlertmanager.start(site.folder("alertmanager"), addresses));
    site.closing(() -> awaitTheEnd(people.values()));
    return Lane.on(
        site.load(Duration.ofSeconds(1), () -> replica.create(EXEMPT))
            .watchedWith(
                "",
                "alerting: {alertmanagers: [{static_configs: [{targets: ['%s']}]}]}\n"
                    .formatted(alertmanager.address()),
                replica.target()));
  }

  /** Those who heard of something hear of its end before the Alertmanager goes. */
  private static void awaitTheEnd(Collection<AlertReceiver> people) {
    for (int tries = 0; tries < 50 && !people.stream().allMatch(ReceiverLanes::atEnd); tries++) {
      Site.sleep(Duration.ofMillis(200));
    }
  }

  private static boolean atEnd(AlertReceiver person) {
    List<String> told = person.bodies();
    return told.isEmpty() || told.getLast().contains("\"status\":\"resolved\"");
  }

  /** Who is told of denials, and the certificate. */
  static Lane receivers(Site site, Map<String, AlertReceiver> people) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    AlertReceiver receiver = site.closing(AlertReceiver.plain());
    LiveReplica replica = site.replica("a");
    replica.start(
        "alerting: {reject: {receivers: [{template: ecs, url: '%s'}]}, window: 0s}\n%s"
            .formatted(receiver.url(), DENYING),
        Map.of());
    Instant now = Instant.now();
    // So seldom that its name, which was never verified, is no flood of names.
    Repeated denials = new Repeated(Duration.ofSeconds(8), () -> replica.create(TrustLanes.SIGNED));
    return told(site, replica, people)
        .fault(
            FaultKind.OWN_CERTIFICATE_ENDS,
            () ->
                replica.show(
                    LiveReplica.CA.identityValid(
                        now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)))),
            () -> replica.show(LiveReplica.CA.identity()))
        .fault(
            FaultKind.RECEIVER_GONE,
            () -> {
              receiver.answering(410, "");
              denials.begin();
            },
            () -> {
              denials.end();
              receiver.answering(200, "");
            });
  }

  /** Where spans go. */
  static Lane telemetry(Site site, Map<String, AlertReceiver> people) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    AlertReceiver collector = site.closing(AlertReceiver.plain());
    String url = collector.url().toString();
    LiveReplica replica = site.replica("a");
    replica.start(
        DENYING,
        Map.of(
            "OTEL_TRACES_EXPORTER",
            "otlp",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            url.substring(0, url.indexOf("/hook")),
            "OTEL_BSP_SCHEDULE_DELAY",
            "500",
            "OTEL_TRACES_SAMPLER",
            "always_on"));
    return told(site, replica, people)
        .fault(
            FaultKind.COLLECTOR_DEAD,
            () -> collector.answering(500, ""),
            () -> collector.answering(200, ""));
  }

  /** How many names there are. */
  static Lane names(Site site) {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    LiveReplica replica = site.replica("a").start(DENYING, Map.of());
    Repeated names =
        new Repeated(() -> replica.create("registry.example/tools/" + UUID.randomUUID() + ":1"));
    site.load(Duration.ofSeconds(1), () -> replica.create(EXEMPT)).watched(replica.target());
    return Lane.on(site).fault(FaultKind.NAMES_FLOODED, names::begin, names::end);
  }
}
