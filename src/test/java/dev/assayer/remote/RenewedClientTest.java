package dev.assayer.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.testing.Await;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who answers with something that is not HTTP, again and again, takes no descriptors from us. */
class RenewedClientTest {
  private static final int CALLS = 4 * RenewedClient.MOST_FAILURES;

  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new Rig();
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  private static FaultServer.Behaviour saying(String text) {
    return (_, wire) -> wire.text(text).awaitClient();
  }

  private void fewAreOpen() {
    Await.until(() -> rig.server.open() <= RenewedClient.MOST_FAILURES);
    assertThat(rig.server.accepted()).isGreaterThanOrEqualTo(CALLS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HELLO\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"})
  void aReceiverThatSpeaksNoHttpHoldsNoConnections(String answer) throws Exception {
    rig.server.otherwise(saying(answer));
    Parcel parcel =
        new Parcel(
            URI.create("https://" + rig.server.host() + "/hook"), Map.of(), new byte[] {'1'});
    try (Courier courier = Courier.open(TlsTrust.only(List.of(rig.ca.certificate())))) {
      for (int i = 0; i < CALLS; i++) {
        assertThat(courier.post(parcel, Deadline.after(Rig.AMPLE))).isNotNull();
      }
      fewAreOpen();
    }
  }

  @Test
  void whoCannotBeReplacedForWantOfFilesGoesOn() throws Exception {
    rig.server.otherwise(Faults.body("{}"));
    AtomicInteger made = new AtomicInteger();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + rig.server.host() + "/a")).build();
    try (RenewedClient client =
        new RenewedClient(() -> {
          if (made.incrementAndGet() == 2) {
            throw new UncheckedIOException(new IOException("Too many open files"));
          }
          return HttpClient.newBuilder().sslContext(rig.trust).build();
        })) {
      assertThatCode(() -> client.renew(Duration.ZERO)).doesNotThrowAnyException();
      assertThat(client.send(request, BodyHandlers.discarding()).join().statusCode())
          .isEqualTo(200);
      client.renew(Duration.ZERO);
      assertThat(made).hasValue(3);
    }
  }

  @Test
  void whatIsNoHttpCountsThoughTheRequestWasSentAnewMeanwhile() {
    FaultServer.Behaviour noHttp = Faults.after(Duration.ofMillis(1700), saying("HELLO\r\n\r\n"));
    for (int round = 0; round < RenewedClient.MOST_FAILURES / 4; round++) {
      rig.server.otherwise(Faults.inTurn(noHttp, noHttp, noHttp, noHttp, Faults.hang()));
      List<CompletableFuture<FetchResult>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        calls.add(
            CompletableFuture.supplyAsync(
                () -> rig.fetch(Duration.ofMillis(2500)), task -> Thread.ofVirtual().start(task)));
      }
      calls.forEach(call -> assertThat(Rig.text(call.join())).startsWith("upstream_timeout"));
    }
    Await.until(() -> rig.server.open() == 0);
  }

  @Test
  void aNotaryThatSpeaksNoHttpHoldsNoConnections() throws Exception {
    rig.server.otherwise(saying("HELLO\r\n\r\n"));
    for (int i = 0; i < CALLS; i++) {
      assertThat(Rig.text(rig.fetch())).startsWith("upstream_malformed");
    }
    fewAreOpen();
  }

  @Test
  void aClientThatIsReplacedRefusesNothingAndAClosedOneEverything() throws Exception {
    rig.server.otherwise(saying("HELLO\r\n\r\n"));
    rig.server.on("/timestamp.json", Faults.body(new byte[] {'{', '}'}));
    Parcel parcel =
        new Parcel(URI.create("https://" + rig.server.host() + "/no"), Map.of(), new byte[] {'1'});
    Parcel good =
        new Parcel(
            URI.create("https://" + rig.server.host() + "/timestamp.json"),
            Map.of(),
            new byte[] {'1'});
    Courier courier = Courier.open(TlsTrust.only(List.of(rig.ca.certificate())));
    for (int i = 0; i < CALLS; i++) {
      assertThat(courier.post(parcel, Deadline.after(Rig.AMPLE)).code()).isEqualTo("malformed");
    }
    assertThat(courier.post(good, Deadline.after(Rig.AMPLE)).code()).isEqualTo("delivered");
    courier.close();
    assertThat(courier.post(good, Deadline.after(Rig.AMPLE)))
        .isInstanceOf(CourierResult.Failed.class);
  }
}
