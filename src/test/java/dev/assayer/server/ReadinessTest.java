package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.telemetry.Metrics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");
  private Status notary = Status.gating(true, "all up");
  private Status policy = Status.reported(true, "in force");
  private final Lifecycle lifecycle = new Lifecycle();
  private final Readiness readiness =
      new Readiness(
          List.of(
              new ReadinessTerm("serving", lifecycle::readiness),
              new ReadinessTerm("notary", () -> notary),
              new ReadinessTerm("policy", () -> policy)),
          new Metrics(),
          () -> now);
  private boolean includeNotary;
  private final HealthPages pages =
      new HealthPages(readiness, lifecycle, () -> includeNotary, () -> notary);

  private static String text(JsonObject page, String name) {
    return page.get(name).flatMap(Json::asString).orElse("");
  }

  private static JsonObject condition(HealthPage page, int index) {
    return HealthRig.object(page.json())
        .get("conditions")
        .flatMap(Json::asArray)
        .orElseThrow()
        .values()
        .get(index)
        .asObject()
        .orElseThrow();
  }

  @Test
  void aReplicaIsReadyOnceItServesUntilItDrains() {
    assertThat(pages.ready().status()).isEqualTo(503);
    assertThat(pages.started().status()).isEqualTo(503);
    assertThat(pages.live().status()).isEqualTo(200);
    lifecycle.serve();
    assertThat(pages.ready().status()).isEqualTo(200);
    assertThat(pages.started().status()).isEqualTo(200);
    lifecycle.drain();
    lifecycle.serve();
    assertThat(pages.ready().status()).isEqualTo(503);
    assertThat(pages.ready().json()).contains("draining");
    assertThat(pages.started().status()).isEqualTo(200);
    assertThat(pages.live().status()).isEqualTo(200);
  }

  @Test
  void thePageNamesWhatIsWrongAndSinceWhen() {
    lifecycle.serve();
    readiness.update();
    now = now.plusSeconds(90);
    notary = Status.gating(false, "notary.example.com does not answer");
    HealthPage page = pages.ready();
    assertThat(page.status()).isEqualTo(503);
    JsonObject object = HealthRig.object(page.json());
    assertThat(text(object, "status")).isEqualTo("not_ready");
    assertThat(text(object, "detail"))
        .isEqualTo("notary since 2026-11-22T00:01:30Z: notary.example.com does not answer");
    now = now.plusSeconds(90);
    assertThat(condition(pages.ready(), 1).names())
        .containsExactly("name", "holds", "gating", "since", "detail");
    assertThat(text(condition(pages.ready(), 1), "since")).isEqualTo("2026-11-22T00:01:30Z");
    assertThat(text(condition(pages.ready(), 0), "since")).isEqualTo("2026-11-22T00:00:00Z");
  }

  @Test
  void whatIsOnlyReportedNeverMakesAReplicaUnready() {
    lifecycle.serve();
    policy = Status.reported(false, "the file is broken");
    notary = Status.reported(false, "down, and readiness.notary is report");
    HealthPage page = pages.ready();
    assertThat(page.status()).isEqualTo(200);
    assertThat(condition(page, 2).get("holds").flatMap(Json::asBoolean)).contains(false);
    assertThat(text(condition(page, 2), "detail")).isEqualTo("the file is broken");
  }

  @Test
  void livenessIsTheProcessAloneUnlessNotaryIsAskedToBePartOfIt() {
    notary = Status.gating(false, "down");
    assertThat(pages.live().status()).isEqualTo(200);
    includeNotary = true;
    assertThat(pages.live().status()).isEqualTo(503);
    assertThat(pages.live().json()).contains("not_alive", "down");
  }
}
