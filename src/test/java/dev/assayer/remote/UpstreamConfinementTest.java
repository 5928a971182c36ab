package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.testing.TestCa;
import dev.assayer.testing.TestDns;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamConfinementTest {
  private static final Credentials SECRET = new Credentials(() -> "robot", () -> "pa55word");
  private Rig rig;
  private FaultServer other;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig(settings -> settings.withCredentials(SECRET));
    // A host that the client could reach and would trust, but that nobody configured.
    other =
        FaultServer.start(rig.ca.issue(TestCa.wish("localhost", "a.dns.test", "127.0.0.1")))
            .otherwise(Faults.body("{\"token\":\"stolen\"}"));
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
    other.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:%1$d/token",
        "https://localhost:%2$d/token",
        "https://127.0.0.1:%1$d/token",
        "https://a.dns.test:%1$d/token",
        "https://a.dns.test/token",
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "gopher://localhost:%1$d/x",
        "//localhost:%1$d/token",
        "/token",
        "https://robot@localhost:%1$d/token",
        "https://localhost:%1$d@a.dns.test:%2$d/token",
        "https:///token",
        "https://localhost.:%1$d/token",
        "https://local host/token",
        "",
      })
  @DisplayName("UPS-04 a token is never asked from an address that was not configured")
  void aForeignRealmIsRefused(String realm) {
    String address = String.format(realm, rig.server.port(), other.port());
    rig.server.otherwise(
        Faults.status(401, "WWW-Authenticate: Bearer realm=\"" + address + "\",service=\"n\""));
    assertThat(Rig.text(rig.fetch()))
        .startsWith("redirect_blocked")
        .contains("auth.realm")
        .doesNotContain("pa55word")
        .doesNotContain("robot@");
    assertThat(rig.server.served()).isEqualTo(1);
    assertThat(other.accepted()).isZero();
    assertThat(TestDns.asked("a.dns.test")).isZero();
    assertThat(rig.server.requests().getFirst().header("authorization")).isEmpty();
  }

  @Test
  @DisplayName("UPS-04 a challenge without a realm is refused")
  void aMissingRealmIsRefused() {
    rig.server.otherwise(Faults.status(401, "WWW-Authenticate: Bearer service=\"n\""));
    assertThat(Rig.text(rig.fetch())).startsWith("redirect_blocked");
  }

  @Test
  @DisplayName("UPS-04 the configured realm's host gets the credentials, on its port alone")
  void theConfiguredRealmIsAsked() throws IOException {
    URI realm = URI.create("https://localhost:" + other.port() + "/token");
    try (HttpsUpstream upstream =
        HttpsUpstream.open(
            UpstreamSettings.of(rig.server.host())
                .withTls(rig.trust)
                .withCredentials(SECRET)
                .withRealm(realm))) {
      rig.server.otherwise(
          Faults.inTurn(
              Faults.status(401, "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"n\""),
              Faults.body("x")));
      assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE))).isEqualTo("x");
      assertThat(other.requests().getFirst().header("authorization"))
          .contains("Basic cm9ib3Q6cGE1NXdvcmQ=");
      assertThat(rig.server.requests().getLast().header("authorization")).contains("Bearer stolen");
      assertThat(rig.notes()).containsExactly("timestamp=401", "token=200", "timestamp=200");
      assertThat(rig.stages.snapshot().get(1).dependency()).contains(other.host());
    }
  }

  @Test
  @DisplayName("UPS-04 a token server that redirects is refused, credentials stay")
  void aTokenServerMayNotRedirect() {
    rig.server.on("/token", Faults.redirect("https://localhost:" + other.port() + "/token"));
    rig.server.otherwise(
        Faults.status(
            401, "WWW-Authenticate: Bearer realm=\"https://" + rig.server.host() + "/token\""));
    assertThat(Rig.text(rig.fetch())).startsWith("redirect_blocked");
    assertThat(other.accepted()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:%1$d/x",
        "https://localhost:%2$d/x",
        "https://127.0.0.1:%1$d/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
        "https://a.dns.test:%1$d/x",
        "//a.dns.test:%1$d/x",
        "file:///etc/passwd",
        "https://robot@localhost:%1$d/x",
        "https://bad host/",
        "mailto:x@y",
      })
  @DisplayName("UPS-05 a redirect that leaves scheme, host or port is blocked")
  void aRedirectElsewhereIsBlocked(String location) {
    rig.server.otherwise(Faults.redirect(String.format(location, rig.server.port(), other.port())));
    assertThat(Rig.text(rig.fetch())).startsWith("redirect_blocked").contains("only this host");
    assertThat(rig.server.served()).isEqualTo(1);
    assertThat(other.accepted()).isZero();
    assertThat(TestDns.asked("a.dns.test")).isZero();
  }

  @Test
  @DisplayName("UPS-05 Authorization goes with a redirect on the same host and nowhere else")
  void authorizationStaysOnTheHost() {
    rig.server.on("/moved", Faults.redirect("https://localhost:" + other.port() + "/x"));
    rig.server.otherwise(
        Faults.inTurn(
            Faults.status(401, "WWW-Authenticate: Basic realm=\"x\""), Faults.redirect("/moved")));
    assertThat(Rig.text(rig.fetch())).startsWith("redirect_blocked");
    assertThat(rig.server.requests().getLast().target()).isEqualTo("/moved");
    assertThat(rig.server.requests().getLast().header("authorization")).isPresent();
    assertThat(other.accepted()).isZero();
  }

  @Test
  @DisplayName("UPS-05 three redirects on the host are followed, a loop of 20 is blocked")
  void atMostThreeRedirects() {
    rig.server.otherwise(
        Faults.inTurn(
            Faults.redirect("/a"),
            Faults.redirect("b?q=1#part"),
            Faults.redirect("https://" + rig.server.host() + "/c"),
            Faults.body("x")));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.server.requests())
        .extracting(FaultServer.Request::target)
        .containsExactly("/timestamp.json", "/a", "/b?q=1", "/c");
    rig.server.otherwise(Faults.redirect("/timestamp.json"));
    assertThat(Rig.text(rig.fetch())).startsWith("redirect_blocked").contains("over 3 times");
    assertThat(rig.server.served()).isEqualTo(8);
  }

  @Test
  @DisplayName("UPS-06 a name that does not exist is upstream_unreachable")
  void anUnknownNameIsUnreachable() {
    try (HttpsUpstream upstream = HttpsUpstream.open(UpstreamSettings.of("nxdomain.dns.test"))) {
      assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE)))
          .isEqualTo(
              "upstream_unreachable: no address is known for nxdomain.dns.test, needed for GET"
                  + " timestamp.json");
    }
  }

  @Test
  @DisplayName("UPS-06 a name service that takes 5 s does not outlive the deadline")
  void aSlowNameServiceIsLeftInTime() {
    try (HttpsUpstream upstream = HttpsUpstream.open(UpstreamSettings.of("slow.dns.test"))) {
      long begun = System.nanoTime();
      assertThat(Rig.text(rig.fetch(upstream, Duration.ofMillis(600))))
          .startsWith("upstream_timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(900));
    }
  }

  @Test
  @DisplayName("UPS-06 a configured host may have a private address")
  void aConfiguredHostMayBePrivate() throws IOException {
    try (FaultServer server =
            FaultServer.start(rig.ca.issue(TestCa.wish("home.dns.test")))
                .otherwise(Faults.body("x"));
        HttpsUpstream upstream =
            HttpsUpstream.open(
                UpstreamSettings.of("home.dns.test:" + server.port()).withTls(rig.trust))) {
      assertThat(Rig.text(rig.fetch(upstream, Rig.AMPLE))).isEqualTo("x");
    }
  }
}
