package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.config.Config;
import dev.assayer.decision.Decision;
import dev.assayer.page.AuditProof;
import dev.assayer.page.Dependencies;
import dev.assayer.page.PageDecisions;
import dev.assayer.page.PageSite;
import dev.assayer.page.PageSources;
import dev.assayer.page.RecentDecisions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The operator page on a real listener, with decisions made up and a policy that is real. */
final class PageRig implements AutoCloseable {
  private static final String POLICY =
      """
      cluster: staging-eu
      validators:
        - {name: allow, type: static, approve: true}
      policy:
        - pattern: "*:*"
        - {pattern: "registry.k8s.io/*:*", verify: false}
        - {pattern: "registry.example.com/*:*", namespaces: [shop, pay, web, ops]}
        - {pattern: "registry.example.com/web/experiment:*", mode: audit}
      """;

  private static final AuditProof NO_LOG =
      new AuditProof.None("off", "There is no audit log (standard output only).");

  final RecentDecisions recent = new RecentDecisions();
  final Map<String, AuditProof> proofs = new ConcurrentHashMap<>();
  final List<String> results = new CopyOnWriteArrayList<>();
  private final PageListener listener;
  private final TrustBoard board =
      new TrustBoard(InstantSource.system(), "assayer-6f9c7d5b4-x2v8k");

  private PageRig(List<Decision> decisions) {
    decisions.forEach(this::accept);
    Assayer assayer = HealthRig.assayer(POLICY);
    PageSources sources =
        new OperatorPage.Sources(
            () -> assayer,
            board::page,
            () -> new HealthPage(200, conditions(Instant.now())),
            decision -> proofs.getOrDefault(decision.recordId(), NO_LOG));
    listener =
        PageListener.start(
            new Config.Page(true, "127.0.0.1", 0),
            new PageSite(
                recent,
                dependencies(Instant.now()),
                sources,
                "assayer-6f9c7d5b4-x2v8k",
                InstantSource.system()),
            results::add);
  }

  static PageRig start(List<Decision> decisions) {
    return new PageRig(decisions);
  }

  void accept(Decision decision) {
    recent.accept(decision);
    board.accept(decision);
  }

  int port() {
    return listener.port();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  @Override
  public void close() {
    listener.close();
  }

  private static Dependencies dependencies(Instant now) {
    Dependencies dependencies = new Dependencies();
    for (int i = 0; i < 64; i++) {
      Duration took = Duration.ofMillis(22 + i * 13L % 31);
      dependencies.called(
          PageDecisions.TOKEN,
          new Dependencies.Ended("ok", true, Optional.of(took)),
          now.minusSeconds(70 - i));
      dependencies.called(
          PageDecisions.NOTARY,
          new Dependencies.Ended("ok", true, Optional.of(took.plusMillis(9))),
          now.minusSeconds(90 - i));
    }
    dependencies.called(
        PageDecisions.NOTARY,
        new Dependencies.Ended("timeout", false, Optional.of(Duration.ofMillis(8886))),
        now.minusSeconds(2));
    dependencies.certificate(PageDecisions.NOTARY, now.plus(Duration.ofDays(41)));
    dependencies.certificate(PageDecisions.TOKEN, now.plus(Duration.ofHours(30)));
    dependencies.breaker(PageDecisions.NOTARY, "closed");
    return dependencies;
  }

  private static String conditions(Instant now) {
    String since = now.minus(Duration.ofHours(26)).toString();
    StringBuilder json = new StringBuilder("{\"status\":\"ready\",\"conditions\":[");
    String comma = "";
    for (String each :
        List.of(
            "serving|true|true|serving",
            "webhook|true|true|the webhook configuration assayer-webhook is present",
            "notary|true|true|default up since 2026-11-21T14:02:11Z (200 in 31 ms)",
            "policy|true|false|digest sha256:ab41ab41… in force",
            "tls_cert|true|false|valid for 83 days",
            "clock|false|false|own clock is ahead of (below zero: behind) notary.example.com by 74"
                + " s",
            "selftest|true|false|both images were judged as they must be")) {
      String[] part = each.split("\\|");
      json.append(comma)
          .append(
              "{\"name\":\"%s\",\"holds\":%s,\"gating\":%s,\"since\":\"%s\",\"detail\":\"%s\"}"
                  .formatted(part[0], part[1], part[2], since, part[3]));
      comma = ",";
    }
    return json.append("]}").toString();
  }

  static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
