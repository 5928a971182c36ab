package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.StageLog;
import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamTokenTest {
  private static final String SCOPE = "scope=repository%3Adocker.io%2Facme%2Fapp%3Apull";
  private final AtomicReference<String> password = new AtomicReference<>("pa55word");
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig =
        new Rig(
            settings -> settings.withCredentials(new Credentials(() -> "robot", password::get)));
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  void aTokenIsAskedForWithOurScopeAndServesUntilItExpires() {
    bearer("good", "service=\"notary x\",scope=\"repository:other/thing:push\"");
    rig.server.on("/token", Faults.body("{\"token\":\"good\",\"expires_in\":300}"));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.notes()).containsExactly("timestamp=401", "token=200", "timestamp=200");
    assertThat(rig.server.requests().get(1).target())
        .isEqualTo("/token?service=notary%20x&" + SCOPE);
    assertThat(rig.server.requests().get(1).header("authorization"))
        .contains("Basic cm9ib3Q6cGE1NXdvcmQ=");
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.notes()).containsExactly("timestamp=200");
    assertThat(rig.server.served()).isEqualTo(4);
  }

  @Test
  void anAccessTokenServesTooAndAShortLivedOneIsNotKept() {
    bearer("good", "");
    rig.server.on("/token", Faults.body("{\"access_token\":\"good\",\"expires_in\":5}"));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.server.served()).isEqualTo(6);
  }

  @Test
  void aKeptTokenThatIsRefusedIsReplacedOnce() {
    AtomicReference<String> valid = new AtomicReference<>("one");
    String challenge = "WWW-Authenticate: Bearer realm=\"https://" + rig.server.host() + "/token\"";
    rig.server.otherwise((request, wire) ->
        (request.header("authorization").orElse("").equals("Bearer " + valid.get())
                ? Faults.body("x")
                : Faults.status(401, challenge))
            .answer(request, wire));
    rig.server.on(
        "/token",
        (request, wire) ->
            Faults.body("{\"token\":\"" + valid.get() + "\",\"expires_in\":300}")
                .answer(request, wire));
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    valid.set("two");
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(rig.server.served()).isEqualTo(6);
  }

  @Test
  void aFreshTokenThatIsRefusedIsAuthFailed() {
    bearer("another", "");
    rig.server.on("/token", Faults.body("{\"token\":\"good\",\"expires_in\":300}"));
    assertThat(Rig.text(rig.fetch()))
        .startsWith("auth_failed")
        .contains("may lack the right to pull")
        .doesNotContain("good");
    assertThat(rig.server.served()).isEqualTo(3);
  }

  @Test
  void oneRequestServesAllThatWaitForTheSameToken() throws Exception {
    bearer("good", "");
    rig.server.on(
        "/token",
        Faults.after(
            Duration.ofMillis(300), Faults.body("{\"token\":\"good\",\"expires_in\":300}")));
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(this::fetchAside);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> result : threads.invokeAll(calls)) {
        assertThat(result.get()).isEqualTo("x");
      }
    }
    assertThat(tokenRequests()).isEqualTo(1);
  }

  @Test
  void aLeaderWithHardlyAnyTimeDoesNotFailThoseWithMore() throws Exception {
    bearer("good", "");
    rig.server.on(
        "/token",
        Faults.after(
            Duration.ofMillis(800), Faults.body("{\"token\":\"good\",\"expires_in\":300}")));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<FetchResult> hasty =
          threads.submit(() ->
              rig.upstream.fetch(
                  Rig.timestamp(99), new StageLog(), Deadline.after(Duration.ofMillis(600))));
      Await.until(() -> tokenRequests() == 1);
      assertThat(fetchAside()).isEqualTo("x");
      assertThat(Rig.text(hasty.get())).startsWith("upstream_timeout").contains("GET token");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "not json",
        "{\"token\":7}",
        "{\"token\":\"\"}",
        "{\"token\":\"a b\"}",
        "{\"token\":\"a\\r\\nX-Evil: 1\"}",
        "{\"token\":\"a\",\"token\":\"b\"}",
      })
  void anAnswerWithoutAUsableTokenIsMalformed(String json) {
    bearer("good", "");
    rig.server.on("/token", Faults.body(json));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_malformed").contains("usable token");
  }

  @Test
  void anEndlessTokenIsTooLarge() {
    bearer("good", "");
    rig.server.on("/token", Faults.endless(false));
    assertThat(Rig.text(rig.fetch())).startsWith("too_large").contains("GET token");
  }

  @Test
  void aTokenServerThatRefusesIsAuthFailedWithARemedy() {
    bearer("good", "");
    rig.server.on("/token", Faults.status(401));
    assertThat(Rig.text(rig.fetch()))
        .startsWith("auth_failed")
        .contains("check the user name and password")
        .doesNotContain("pa55word");
    rig.server.on("/token", Faults.status(429));
    assertThat(Rig.text(rig.fetch())).startsWith("rate_limited");
    rig.server.on("/token", Faults.status(500));
    assertThat(Rig.text(rig.fetch())).startsWith("upstream_error");
  }

  @Test
  void basicIsSentWhenAskedForAndThenAtOnceWithThePasswordOfTheMoment() {
    AtomicInteger refused = new AtomicInteger();
    rig.server.otherwise((request, wire) -> {
      boolean known = request.header("authorization").orElse("").startsWith("Basic ");
      if (!known) {
        refused.incrementAndGet();
      }
      (known ? Faults.body("x") : Faults.status(401, "www-authenticate: bAsIc realm=\"n\""))
          .answer(request, wire);
    });
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    password.set("rotated");
    assertThat(Rig.text(rig.fetch())).isEqualTo("x");
    assertThat(refused).hasValue(1);
    assertThat(rig.server.requests().getLast().header("authorization"))
        .contains("Basic cm9ib3Q6cm90YXRlZA==");
  }

  @Test
  void refusedBasicIsAuthFailedAndNotRepeated() {
    rig.server.otherwise(Faults.status(401, "WWW-Authenticate: Basic realm=\"n\""));
    assertThat(Rig.text(rig.fetch()))
        .startsWith("auth_failed")
        .contains("refused the user name and password");
    assertThat(rig.server.served()).isEqualTo(2);
  }

  @Test
  void withoutCredentialsBasicNamesTheRemedy() throws IOException {
    try (Rig plain = new Rig()) {
      plain.server.otherwise(Faults.status(401, "WWW-Authenticate: Basic realm=\"n\""));
      assertThat(Rig.text(plain.fetch())).startsWith("auth_failed").contains("configure auth");
      assertThat(plain.server.served()).isEqualTo(1);
    }
  }

  @Test
  void aPasswordThatCannotBeReadIsAuthFailedAndSendsNothingMore() throws IOException {
    Credentials broken =
        new Credentials(
            () -> "robot",
            () -> {
              throw new UncheckedIOException(new IOException("/secret/path"));
            });
    try (Rig unreadable = new Rig(settings -> settings.withCredentials(broken))) {
      unreadable.server.otherwise(Faults.status(401, "WWW-Authenticate: Basic realm=\"n\""));
      assertThat(Rig.text(unreadable.fetch()))
          .startsWith("auth_failed")
          .contains("cannot be used")
          .doesNotContain("/secret/path");
      assertThat(unreadable.server.served()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-None: 1", "WWW-Authenticate: Negotiate", "WWW-Authenticate: \"\"=,,"})
  void a401WithoutAKnownChallengeIsAuthFailed(String header) {
    rig.server.otherwise(Faults.status(401, header));
    assertThat(Rig.text(rig.fetch())).startsWith("auth_failed").contains("Bearer or Basic");
  }

  @Test
  void a403IsAuthFailed() {
    rig.server.otherwise(Faults.status(403));
    assertThat(Rig.text(rig.fetch())).startsWith("auth_failed").contains("with 403");
  }

  @Test
  void noSecretIsInATextForm() {
    Credentials credentials = new Credentials(() -> "robot", () -> "pa55word");
    UpstreamSettings settings = UpstreamSettings.of("h").withCredentials(credentials);
    assertThat(settings.toString() + new Credential.Basic(credentials.basic()))
        .doesNotContain("pa55word")
        .doesNotContain("cm9ib3Q6cGE1NXdvcmQ");
    assertThat(new Credential.Token("t0ken", true) + "" + new TokenAnswer("t0ken", Duration.ZERO))
        .doesNotContain("t0ken");
  }

  private void bearer(String token, String parameters) {
    String realm = "realm=\"https://" + rig.server.host() + "/token\"";
    String challenge =
        "WWW-Authenticate: Bearer " + realm + (parameters.isEmpty() ? "" : "," + parameters);
    FaultServer.Behaviour refuse = Faults.status(401, challenge);
    FaultServer.Behaviour serve = Faults.body("x");
    rig.server.otherwise((request, wire) ->
        (request.header("authorization").orElse("").equals("Bearer " + token) ? serve : refuse)
            .answer(request, wire));
  }

  private String fetchAside() {
    return Rig.text(
        rig.upstream.fetch(Rig.timestamp(99), new StageLog(), Deadline.after(Rig.AMPLE)));
  }

  private long tokenRequests() {
    return rig.server.requests().stream().filter(r -> r.target().startsWith("/token")).count();
  }
}
