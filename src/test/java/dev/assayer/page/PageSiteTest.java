package dev.assayer.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageSiteTest {
  private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

  private final RecentDecisions recent = new RecentDecisions();
  private final Dependencies dependencies = new Dependencies();
  private final PageSite site =
      new PageSite(recent, dependencies, new Echo(), "replica", InstantSource.fixed(NOW));

  /** Says what it was asked. */
  private record Echo() implements PageSources {
    @Override
    public byte[] trust() {
      return "{}".getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] health() {
      return trust();
    }

    @Override
    public byte[] policy() {
      return trust();
    }

    @Override
    public byte[] match(String image, Optional<String> namespace) {
      return (image + "|" + namespace.orElse("none")).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public AuditProof proof(Decision decision) {
      return new AuditProof.None("off", decision.recordId());
    }
  }

  @Test
  void everyFileOfThePageIsThereWithItsType() {
    for (String path :
        List.of(
            "/", "/page.css", "/icon.svg", "/reasons.json", "/page.js", "/chain.js", "/proof.js")) {
      PageAnswer answer = site.answer(path, "").orElseThrow();
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.body().length).as(path).isGreaterThan(100);
      String type = path.endsWith(".js") ? "text/javascript" : "";
      assertThat(answer.contentType()).as(path).contains(type);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "//",
        "/index.html",
        "/page.js/",
        "/%70age.js",
        "/api",
        "/api/",
        "/api/trust/",
        "/api/decisions/",
        "/api/decisions/..",
        "/api/decisions/../trust",
        "/API/trust",
        "/package-info.class",
        "/../config/assayer-config.schema.json",
        "/page.js\u0000"
      })
  void nothingElseIsThere(String path) {
    assertThat(site.answer(path, "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "after=-1",
        "after=x",
        "after=1&after=2",
        "after=99999999999999999999",
        "b=1",
        "after=1%",
        "after=%zz",
        "after=%80",
        "after=1&",
        "__proto__=1",
        "after=１"
      })
  void aQueryThatIsNoneIsRefused(String query) {
    assertThat(site.answer("/api/decisions", query).orElseThrow().status()).isEqualTo(400);
  }

  @Test
  void aNameIsDecodedOnceAndStrictly() {
    assertThat(text("/api/policy/match", "image=a%2Fb%3A1&namespace=shop")).isEqualTo("a/b:1|shop");
    assertThat(text("/api/policy/match", "image=%253Cscript%253E")).isEqualTo("%3Cscript%3E|none");
    assertThat(text("/api/policy/match", "image=a+b")).isEqualTo("a+b|none");
    for (String bad :
        List.of(
            "",
            "image=",
            "namespace=a",
            "image=%c0%af",
            "image=%ed%a0%80",
            "image=a%2",
            "image=<b>\u00e9")) {
      assertThat(site.answer("/api/policy/match", bad).orElseThrow().status())
          .as(bad)
          .isEqualTo(400);
    }
  }

  @Test
  void theListHasWhatIsNewAndTheOpenedOneHasAll() throws JsonException {
    PageDecisions.day(NOW).forEach(recent::accept);
    JsonObject list = json("/api/decisions", "after=40");
    JsonArray decisions = list.get("decisions").flatMap(Json::asArray).orElseThrow();
    assertThat(decisions.values()).hasSize(8);
    assertThat(list.get("last")).contains(Json.of(48));
    JsonObject opened = json("/api/decisions/" + PageDecisions.id(53), "");
    assertThat(opened.get("record").flatMap(Json::asObject).orElseThrow().get("reason"))
        .contains(Json.of("upstream_timeout"));
    assertThat(opened.get("proof").flatMap(Json::asObject).orElseThrow().get("state"))
        .contains(Json.of("off"));
    PageAnswer gone = site.answer("/api/decisions/" + PageDecisions.id(999), "").orElseThrow();
    assertThat(gone.status()).isEqualTo(404);
  }

  @ParameterizedTest
  @DisplayName("PAG-03: a hostile name is data in the page's JSON, whole and nothing else")
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "a\u202egnp.exe",
        "\u0000\u0001\u007f\u2028\u2029",
        "'\"\\`${alert(1)}",
        "]]></script><!--",
        "\ud83d\ude00"
      })
  void hostileNames(String name) throws JsonException {
    recent.accept(PageDecisions.hostile(1, NOW, name));
    JsonObject list = json("/api/decisions", "");
    JsonObject first =
        list.get("decisions")
            .flatMap(Json::asArray)
            .orElseThrow()
            .values()
            .getFirst()
            .asObject()
            .orElseThrow();
    for (String field : List.of("namespace", "name", "user", "kind")) {
      assertThat(first.get(field)).as(field).contains(Json.of(name));
    }
    byte[] body = site.answer("/api/decisions", "").orElseThrow().body();
    for (byte each : body) {
      assertThat(each >= 0 && each < ' ').as("a control byte").isFalse();
    }
    assertThat(json("/api/decisions/" + PageDecisions.id(1), "").has("record")).isTrue();
  }

  @Test
  void aNameOfTenKilobytesIsCutInTheListAndWholeWhenOpened() throws JsonException {
    String name = "x".repeat(298) + "\ud83d\ude00".repeat(5_000);
    recent.accept(PageDecisions.hostile(1, NOW, name));
    assertThat(site.answer("/api/decisions", "").orElseThrow().body().length).isLessThan(10_000);
    assertThat(json("/api/decisions", "").has("decisions")).isTrue();
    assertThat(site.answer("/api/decisions/" + PageDecisions.id(1), "").orElseThrow().body().length)
        .isGreaterThan(20_000);
  }

  @Test
  void aDependencyIsToldWithItsTimesAndItsLastFailure() throws JsonException {
    for (int i = 1; i <= 100; i++) {
      dependencies.called(
          "n", new Dependencies.Ended("ok", true, Optional.of(Duration.ofMillis(i))), NOW);
    }
    dependencies.called("n", new Dependencies.Ended("timeout", false, Optional.empty()), NOW);
    dependencies.breaker("n", "open");
    JsonObject host =
        json("/api/dependencies", "")
            .get("dependencies")
            .flatMap(Json::asArray)
            .orElseThrow()
            .values()
            .getFirst()
            .asObject()
            .orElseThrow();
    assertThat(host.get("calls")).contains(Json.of(101));
    assertThat(host.get("failures")).contains(Json.of(1));
    assertThat(host.get("median_us")).contains(Json.of(69_000));
    assertThat(host.get("longest_us")).contains(Json.of(100_000));
    assertThat(host.get("breaker")).contains(Json.of("open"));
    for (int i = 0; i < 1000; i++) {
      dependencies.breaker("host" + i, "open");
    }
    assertThat(
            json("/api/dependencies", "")
                .get("dependencies")
                .flatMap(Json::asArray)
                .orElseThrow()
                .values())
        .hasSize(200);
  }

  private JsonObject json(String path, String query) throws JsonException {
    return StrictJson.parse(site.answer(path, query).orElseThrow().body(), JsonLimits.text(4 << 20))
        .asObject()
        .orElseThrow();
  }

  private String text(String path, String query) {
    return new String(site.answer(path, query).orElseThrow().body(), StandardCharsets.UTF_8);
  }
}
