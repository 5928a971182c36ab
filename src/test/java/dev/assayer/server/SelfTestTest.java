package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.samples.DemoCa;
import dev.assayer.telemetry.Metrics;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SelfTestTest {
  private final DemoCa ca = DemoCa.create();
  private final SelfTestWorld world =
      SelfTestWorld.create(InstantSource.system(), "test", "replica");
  private final AtomicInteger warm = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final HttpsServer listener = listener();
  private volatile UnaryOperator<JsonObject> forged = UnaryOperator.identity();

  private HttpsServer listener() {
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
      server.setHttpsConfigurator(new HttpsConfigurator(ca.identity().sslContext()));
      server.createContext("/mutate", this::serve);
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the webhook does: what carries the token is decided by the self-test's own assayer. */
  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      served.incrementAndGet();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!world.token().equals(exchange.getRequestHeaders().getFirst("Assayer-Self-Test"))) {
        exchange.sendResponseHeaders(403, -1);
        return;
      }
      ReviewAnswer answer =
          world
              .assayer()
              .review(body, Deadline.after(Duration.ofSeconds(9)), "mutate", "anonymous");
      JsonObject honest =
          HealthRig.object(
              new String(((ReviewAnswer.Answered) answer).response(), StandardCharsets.UTF_8));
      byte[] response = JsonText.compactBytes(forged.apply(honest));
      exchange.sendResponseHeaders(200, response.length);
      exchange.getResponseBody().write(response);
    }
  }

  private SelfTest selfTest() {
    URI address =
        SelfTest.address(listener.getAddress().getAddress(), listener.getAddress().getPort());
    return new SelfTest(world, address, ca::clientContext, new Metrics(), warm::incrementAndGet);
  }

  @AfterEach
  void stop() {
    listener.stop(0);
    world.close();
  }

  /** The response with one member changed. */
  private static UnaryOperator<JsonObject> changed(String name, Json value) {
    return review -> {
      JsonObject response = review.get("response").flatMap(Json::asObject).orElseThrow();
      JsonObject.Builder other = JsonObject.builder();
      response.entries().stream()
          .filter(member -> !member.getKey().equals(name))
          .forEach(member -> other.put(member.getKey(), member.getValue()));
      return JsonObject.builder().put("response", other.put(name, value).build()).build();
    };
  }

  @Test
  void allKnownAnswersAreGivenAndTheFirstRunWarmsUp() {
    SelfTest test = selfTest();
    assertThat(test.readiness().holds()).isFalse();
    test.run();
    assertThat(test.readiness().detail()).isEqualTo("known answers were given");
    assertThat(test.readiness().holds()).isTrue();
    assertThat(test.readiness().gating()).isFalse();
    assertThat(warm).hasValue(1);
    assertThat(served.get()).isGreaterThan(3);
    int before = served.get();
    test.run();
    assertThat(served.get() - before).isEqualTo(3);
    assertThat(warm).hasValue(1);
  }

  @Test
  void aWebhookThatAdmitsEverythingIsFound() {
    forged = changed("allowed", Json.of(true));
    SelfTest test = selfTest();
    test.run();
    assertThat(test.readiness().holds()).isFalse();
    assertThat(test.readiness().detail())
        .contains("known_bad_dct: admitted", "unsigned: admitted")
        .doesNotContain("known_good_dct");
    assertThat(warm).as("the process starts all the same").hasValue(1);
  }

  @Test
  void aWebhookThatDeniesEverythingIsFound() {
    forged = changed("allowed", Json.of(false));
    SelfTest test = selfTest();
    test.run();
    assertThat(test.readiness().detail()).contains("known_good_dct: denied");
  }

  @Test
  void aWebhookThatPinsAnotherDigestIsFound() {
    String other =
        "[{\"op\":\"replace\",\"path\":\"/spec/containers/0/image\",\"value\":\""
            + SelfTestCase.KNOWN_GOOD_DCT.image()
            + "@sha256:"
            + "0".repeat(64)
            + "\"}]";
    forged =
        changed(
            "patch",
            Json.of(Base64.getEncoder().encodeToString(other.getBytes(StandardCharsets.UTF_8))));
    SelfTest test = selfTest();
    test.run();
    assertThat(test.readiness().detail())
        .contains("known_good_dct: admitted with the patch", "0".repeat(64), world.digest())
        .contains("unsigned: admitted");
  }

  @Test
  void anAnswerToAnotherRequestIsNoAnswer() {
    forged = changed("uid", Json.of("another"));
    SelfTest test = selfTest();
    test.run();
    assertThat(test.readiness().detail()).contains("known_good_dct: the answer to another request");
  }

  @Test
  void aListenerThatIsGoneOrNotTrustedIsFoundAndNothingThrows() {
    SelfTest distrusting =
        new SelfTest(
            world,
            SelfTest.address(InetAddress.getLoopbackAddress(), listener.getAddress().getPort()),
            DemoCa.create()::clientContext,
            new Metrics(),
            warm::incrementAndGet);
    distrusting.run();
    assertThat(distrusting.readiness().detail()).contains("no answer from the own listener");
    SelfTest test = selfTest();
    listener.stop(0);
    test.run();
    assertThat(test.readiness().detail()).contains("unsigned: no answer from the own listener");
    assertThat(warm).hasValue(2);
  }

  @Test
  void theTokenIsLongSecretAndAnotherEachTime() {
    try (SelfTestWorld other = SelfTestWorld.create(InstantSource.system(), "test", "replica")) {
      assertThat(world.token()).matches("[0-9a-f]{64}").isNotEqualTo(other.token());
      assertThat(world.toString()).doesNotContain(world.token());
    }
  }

  @Test
  void aListenerOnAllAddressesIsReachedOverLoopback() throws IOException {
    assertThat(SelfTest.address(InetAddress.getByName("0.0.0.0"), 8443))
        .isEqualTo(URI.create("https://127.0.0.1:8443"));
    assertThat(SelfTest.address(InetAddress.getByName("192.0.2.7"), 1))
        .isEqualTo(URI.create("https://192.0.2.7:1"));
    assertThat(SelfTest.address(InetAddress.getByName("2001:db8::1"), 1))
        .isEqualTo(URI.create("https://[2001:db8:0:0:0:0:0:1]:1"));
  }
}
