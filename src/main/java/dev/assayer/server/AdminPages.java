package dev.assayer.server;

import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Scrape;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the admin listener has, by path. */
final class AdminPages {
  private AdminPages() {}

  static Map<String, PageSource> of(
      Metrics metrics, HealthPages health, TrustBoard board, Exemptions exemptions) {
    return Map.of(
        "/metrics",
        accept -> {
          Scrape scrape = metrics.scrape(accept);
          return new PageSource.Page(200, scrape.contentType(), scrape.body());
        },
        "/health/live",
        _ -> json(health.live()),
        "/health/ready",
        _ -> json(health.ready()),
        "/health/started",
        _ -> json(health.started()),
        "/trust",
        _ -> json(board.page()),
        "/exemptions",
        _ -> json(exemptions.page()));
  }

  private static PageSource.Page json(HealthPage page) {
    return new PageSource.Page(
        page.status(), "application/json", page.json().getBytes(StandardCharsets.UTF_8));
  }
}
