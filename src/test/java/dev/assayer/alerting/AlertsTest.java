package dev.assayer.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.LoadResult;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.testing.AlertReceiver;
import dev.assayer.testing.AlertReceiver.Answer;
import dev.assayer.testing.Await;
import dev.assayer.testing.LogCapture;
import dev.assayer.testing.TestCa;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertsTest {
  private static final String APP = "docker.io/acme/app:1.4";
  private static final TestCa CA = new TestCa("receivers");

  @TempDir Path dir;
  private final AlertReceiver receiver = AlertReceiver.plain();
  private Optional<Rig> open = Optional.empty();

  private Rig rig(String alerting) {
    Rig rig = new Rig(alerting);
    open = Optional.of(rig);
    return rig;
  }

  @AfterEach
  void close() {
    receiver.close();
    open.ifPresent(Rig::close);
  }

  private static String message(String body) {
    return Rig.object(body).get("message").flatMap(Json::asString).orElseThrow();
  }

  @Test
  void aRejectionIsToldWithHeadersAndFieldsAndCounted() throws IOException {
    Path token = Files.writeString(dir.resolve("token"), "Bearer fr0m-a-file\n");
    Path key = Files.writeString(dir.resolve("key"), "k3y\n");
    Path url = Files.writeString(dir.resolve("url"), receiver.url() + "\n");
    Rig rig =
        rig(
            Rig.rejecting(
                "{template: ecs, urlFile: '"
                    + url
                    + "', headers: {X-Team: shop}, headerFiles: {Authorization: '"
                    + token
                    + "'}, payloadFields: {labels: {team: shop}, '@version': 1},"
                    + " payloadFieldFiles: {routing_key: '"
                    + key
                    + "'}}"));
    Decision decision = Rig.denied(APP);
    rig.alerts.accept(decision);
    Await.until("delivered", () -> rig.alerts("delivered") == 1);
    AlertReceiver.Got got = receiver.got().getFirst();
    assertThat(got.method()).isEqualTo("POST");
    assertThat(got.headers())
        .containsEntry("Content-Type", "application/json")
        .containsEntry("X-Team", "shop")
        .containsEntry("Authorization", "Bearer fr0m-a-file");
    assertThat(message(got.body())).contains(APP, "[tag_not_signed]");
    assertThat(got.body())
        .contains("\"team\":\"shop\"", "\"@version\":1", "\"routing_key\":\"k3y\"")
        .contains(decision.recordId());
    assertThat(rig.metric("assayer_alert_attempts_total", "result=\"delivered\"")).isEqualTo(1);
    assertThat(
            rig.metric("assayer_alert_delivery_duration_seconds_count", "receiver=\"reject-ecs\""))
        .isEqualTo(1);
  }

  @Test
  void eachReceiverIsToldOfItsCategoryOnly() {
    Rig rig =
        rig(
            "window: 0s\nadmit: {receivers: ["
                + Rig.receiver(receiver.url(), "name: good")
                + "]}\n"
                + Rig.rejecting(Rig.receiver(receiver.url(), "name: bad")));
    rig.alerts.accept(Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, APP));
    rig.alerts.accept(Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, APP));
    rig.alerts.accept(Rig.of(Reason.TAG_NOT_SIGNED, Mode.DETECTION, APP));
    Await.until("all", () -> rig.alerts("delivered") == 3);
    assertThat(rig.metric("assayer_alerts_total", "receiver=\"good\"", "delivered")).isEqualTo(2);
    assertThat(rig.metric("assayer_alerts_total", "receiver=\"bad\"", "delivered")).isEqualTo(1);
  }

  @Test
  void aFailureOfTheReceiverIsRepeatedUntilItTakesTheAlert() {
    receiver.answering(n -> n < 2 ? new Answer(500, "no") : new Answer(200, "ok"));
    Rig rig = rig(Rig.rejecting(Rig.receiver(receiver.url())));
    rig.alerts.accept(Rig.denied(APP));
    Await.until("delivered", () -> rig.alerts("delivered") == 1);
    assertThat(receiver.got()).hasSize(3);
    assertThat(rig.metric("assayer_alert_attempts_total", "result=\"5xx\"")).isEqualTo(2);
  }

  @Test
  void aRateLimitIsObservedInSecondsAndAsADate() {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plusSeconds(3).atOffset(ZoneOffset.UTC));
    receiver.answering(n ->
        switch (n) {
          case 0 -> new Answer(429, "slow down", "Retry-After", "1");
          case 1 -> new Answer(429, "slow down", "Retry-After", date);
          default -> new Answer(200, "ok");
        });
    Rig rig = rig(Rig.rejecting(Rig.receiver(receiver.url())));
    long begun = System.nanoTime();
    rig.alerts.accept(Rig.denied(APP));
    Await.until("delivered", () -> rig.alerts("delivered") == 1);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
    assertThat(receiver.got()).hasSize(3);
    assertThat(rig.metric("assayer_alert_attempts_total", "result=\"429\"")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 400, 401, 403, 404, 410})
  void whatWillNotChangeIsADeadLetterAtOnceAndARedirectIsNotFollowed(int status) {
    try (AlertReceiver elsewhere = AlertReceiver.plain();
        LogCapture log = LogCapture.of("dev.assayer.alerting")) {
      receiver.answering(status, "T0KEN", "Location", elsewhere.url().toString());
      Rig rig = rig(Rig.rejecting(Rig.receiver(receiver.url())));
      Decision decision = Rig.denied(APP);
      rig.alerts.accept(decision);
      Await.until("dead", () -> rig.alerts("dead_letter") == 1);
      assertThat(receiver.got()).hasSize(1);
      assertThat(elsewhere.got()).isEmpty();
      Await.until("logged", () -> !log.records().isEmpty());
      String line = line(log.records().getFirst());
      assertThat(line)
          .contains(decision.recordId(), "reject-ecs", "it answered " + status)
          .doesNotContain("T0KEN", "hook", "localhost", elsewhere.url().getPort() + "");
    }
  }

  private static String line(LogRecord one) {
    return new java.text.MessageFormat(one.getMessage(), java.util.Locale.ROOT)
        .format(one.getParameters());
  }

  @Test
  void noConnectionIsRepeated() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Rig rig = rig(Rig.rejecting(Rig.receiver("http://localhost:" + port + "/hook")));
    rig.alerts.accept(Rig.denied(APP));
    Await.until(
        "repeated", () -> rig.metric("assayer_alert_attempts_total", "result=\"connect\"") >= 2);
    assertThat(rig.alerts("dead_letter")).isZero();
  }

  @Test
  void itsOwnAuthorityIsTheOnlyOneForAReceiver() throws IOException {
    Path pem = Files.writeString(dir.resolve("ca.pem"), pem(CA));
    Path other = Files.writeString(dir.resolve("other.pem"), pem(new TestCa("others")));
    try (AlertReceiver secure = AlertReceiver.secure(CA.localhost());
        AlertReceiver wrongName = AlertReceiver.secure(CA.issue(TestCa.wish("other.example")));
        LogCapture log = LogCapture.of("dev.assayer.alerting")) {
      Rig rig =
          rig(
              Rig.rejecting(
                  Rig.receiver(secure.url(), "name: right, caFile: '" + pem + "'"),
                  Rig.receiver(secure.url(), "name: wrong, caFile: '" + other + "'"),
                  Rig.receiver(secure.url(), "name: none"),
                  Rig.receiver(wrongName.url(), "name: misnamed, caFile: '" + pem + "'")));
      rig.alerts.accept(Rig.denied(APP));
      Await.until("dead", () -> rig.alerts("dead_letter") == 3 && rig.alerts("delivered") == 1);
      assertThat(rig.metric("assayer_alerts_total", "receiver=\"right\"", "\"delivered\""))
          .isEqualTo(1);
      assertThat(rig.metric("assayer_alert_attempts_total", "result=\"tls\"")).isEqualTo(3);
      assertThat(secure.got()).hasSize(1);
      assertThat(wrongName.got()).isEmpty();
      Await.until("logged", () -> log.records().size() == 3);
      assertThat(log.records())
          .allSatisfy(
              one -> assertThat(line(one)).contains("certificate").doesNotContain("localhost"));
    }
  }

  private static String pem(TestCa ca) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + java.util.Base64.getMimeEncoder().encodeToString(ca.certificate().getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theSameIsToldOnceAndTheCountComesWithTheSummaryAtTheEnd() {
    Rig rig = rig(Rig.rejecting(Rig.receiver(receiver.url())));
    for (int i = 0; i < 10; i++) {
      rig.alerts.accept(Rig.denied(APP));
    }
    Await.until("first", () -> rig.alerts("delivered") == 1);
    assertThat(rig.alerts("held_back")).isEqualTo(9);
    rig.alerts.close();
    assertThat(receiver.bodies()).hasSize(2);
    assertThat(receiver.bodies().getLast()).contains("\"held_back\":\"9\"");
    assertThat(message(receiver.bodies().getLast()))
        .contains("9 decisions like this before it were held back.");
  }

  @Test
  void aReceiverThatHangsHoldsUpNobodyElse() {
    AlertReceiver slow = AlertReceiver.plain().holding();
    try (slow) {
      Rig rig =
          rig(
              "window: 0s\n"
                  + Rig.rejecting(
                      Rig.receiver(slow.url(), "name: slow"),
                      Rig.receiver(receiver.url(), "name: fast")));
      for (int i = 0; i < 50; i++) {
        rig.alerts.accept(Rig.denied(APP));
      }
      Await.until(
          "fast",
          () -> rig.metric("assayer_alerts_total", "receiver=\"fast\"", "\"delivered\"") == 50);
      assertThat(rig.metric("assayer_alerts_total", "receiver=\"slow\"", "\"delivered\"")).isZero();
      assertThat(slow.got()).hasSizeLessThanOrEqualTo(Outbox.WORKERS);
      slow.release();
      Await.until(
          "slow",
          () -> rig.metric("assayer_alerts_total", "receiver=\"slow\"", "\"delivered\"") == 50);
    }
  }

  @Test
  void aFullQueueDropsAndCountsAndTheNextAlertIsTakenAgain() {
    receiver.holding();
    Rig rig = rig(Rig.rejecting(Rig.receiver(receiver.url())));
    int many = Outbox.MOST + Outbox.WORKERS + 200;
    for (int i = 0; i < many; i++) {
      rig.alerts.accept(Rig.denied("a.example/app-" + i + ":1"));
    }
    double dropped = rig.alerts("dropped");
    assertThat(dropped).isBetween(200.0, 200.0 + Outbox.WORKERS);
    receiver.release();
    Await.until("the rest", () -> rig.alerts("delivered") == many - dropped);
    rig.alerts.accept(Rig.denied("a.example/app-" + (many - 1) + ":1"));
    Await.until("one more", () -> rig.alerts("delivered") == many - dropped + 1);
    assertThat(rig.metric("assayer_alert_queue_depth")).isZero();
  }

  @Test
  void fiveThousandRejectionsAreAllDeliveredHeldBackOrDropped() {
    Rig rig = rig(Rig.rejecting(Rig.receiver(receiver.url())));
    for (int i = 0; i < 5000; i++) {
      rig.alerts.accept(Rig.denied("a.example/app-" + i % 2500 + ":1"));
      if (i % 250 == 0) {
        int sent = i;
        Await.until("keeping up", () -> rig.alerts("delivered") + 400 > sent / 2.0 - 200);
      }
    }
    Await.until(
        "accounted for",
        () -> rig.alerts("delivered") + rig.alerts("held_back") + rig.alerts("dropped") == 5000);
    assertThat(rig.alerts("dead_letter")).isZero();
  }

  @Test
  void aChangeOfTheConfigurationKeepsQueueAndWindowOfWhatIsTheSame() {
    AlertReceiver other = AlertReceiver.plain();
    try (other) {
      receiver.holding();
      String kept = Rig.receiver(receiver.url(), "name: kept");
      Rig rig = rig(Rig.rejecting(kept, Rig.receiver(other.url(), "name: gone")));
      rig.alerts.accept(Rig.denied(APP));
      Await.until("at work", () -> !receiver.got().isEmpty() && !other.got().isEmpty());
      rig.configure(Rig.rejecting(kept, Rig.receiver(other.url(), "name: added")));
      rig.alerts.accept(Rig.denied(APP));
      Await.until("added", () -> other.got().size() == 2);
      assertThat(rig.alerts("held_back")).as("by the window that was kept").isEqualTo(1);
      assertThat(rig.metric("assayer_alerts_total", "receiver=\"gone\"")).isZero();
      receiver.release();
      Await.until(
          "delivered",
          () -> rig.metric("assayer_alerts_total", "receiver=\"kept\"", "\"delivered\"") == 1);
    }
  }

  @Test
  void anAddressFileThatIsGoneIsTriedAgain() throws IOException {
    Path url = dir.resolve("url");
    Rig rig = rig(Rig.rejecting("{template: ecs, urlFile: '" + url + "'}"));
    rig.alerts.accept(Rig.denied(APP));
    Await.until(
        "tried", () -> rig.metric("assayer_alert_attempts_total", "result=\"unreadable\"") >= 1);
    Files.writeString(url, receiver.url().toString());
    Await.until("delivered", () -> rig.alerts("delivered") == 1);
  }

  @Test
  void aMistakeInATemplateIsRefusedWithFileAndPlace() throws IOException {
    Files.writeString(
        dir.resolve("mine.json"), "{\"blocks\": [{\"text\": \"{{ alert_mesage }}\"}]}");
    LoadResult result =
        Rig.load(
            "templates: '"
                + dir
                + "'\nreject: {receivers: [{template: mine, url: 'https://x.example/'}]}\n");
    assertThat(((LoadResult.Refused) result).errors())
        .singleElement()
        .satisfies(error ->
            assertThat(error.text())
                .startsWith(dir.resolve("mine.json") + ": $.blocks[0].text: has the unknown")
                .contains("\"alert_mesage\"", "use one of alert_message, "));
    assertThat(List.of(result)).hasSize(1);
  }

  @Test
  void aCertificateForAnotherHostNeverShowsTheAddressHoweverItIsWritten() throws IOException {
    Path pem = Files.writeString(dir.resolve("ca.pem"), pem(CA));
    try (AlertReceiver wrongName = AlertReceiver.secure(CA.issue(TestCa.wish("other.example")));
        LogCapture log = LogCapture.of("dev.assayer.alerting")) {
      String url = wrongName.url().toString();
      Rig rig =
          rig(
              Rig.rejecting(
                  Rig.receiver(
                      url.replace("localhost", "LOCALHOST"), "name: upper, caFile: '" + pem + "'"),
                  Rig.receiver(
                      url.replace("localhost", "127.0.0.1"),
                      "name: number, caFile: '" + pem + "'")));
      rig.alerts.accept(Rig.denied(APP));
      Await.until("dead", () -> log.records().size() == 2);
      assertThat(log.records())
          .allSatisfy(one ->
              assertThat(line(one))
                  .contains("its certificate is not for its host")
                  .doesNotContainIgnoringCase("localhost")
                  .doesNotContain("127.0.0.1"));
    }
  }
}
