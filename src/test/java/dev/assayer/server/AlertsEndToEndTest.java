package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.demo.NotaryServer;
import dev.assayer.testing.AlertReceiver;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real server with real receivers. */
class AlertsEndToEndTest {
  @TempDir Path dir;
  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  private final String trust = ServerRig.trusting(notary, ServerRig.signedOn(notary));
  private final AlertReceiver receiver = AlertReceiver.plain();

  @AfterEach
  void stop() {
    receiver.close();
    notary.close();
  }

  private String with(String alerting) {
    return trust + "alerting:\n" + alerting.indent(2);
  }

  private String receiver(String category, String more) {
    return category
        + ": {receivers: [{template: ecs, url: '"
        + receiver.url()
        + "'"
        + more
        + "}]}\n";
  }

  private static double delivered(ServerRig rig, String name) {
    return rig.metric("assayer_alerts_total", "receiver=\"" + name + "\"", "result=\"delivered\"");
  }

  @Test
  @DisplayName("ADM-08 with dryRun=true no alert is sent, by the real server")
  void dryRunsAndSelfTestsAreNotToldAndRejectionsAre() throws IOException {
    try (ServerRig rig =
            ServerRig.start(dir, with(receiver("reject", "") + receiver("admit", "")));
        Caller caller = rig.caller()) {
      assertThat(caller.dryRun(ServerRig.UNSIGNED).allowed()).isFalse();
      assertThat(caller.dryRun(ServerRig.SIGNED).allowed()).isTrue();
      Caller.Told denied = caller.create(ServerRig.UNSIGNED);
      Await.until("told", () -> delivered(rig, "reject-ecs") == 1);
      Caller.Told admitted = caller.create(ServerRig.SIGNED);
      Await.until("told", () -> delivered(rig, "admit-ecs") == 1);
      assertThat(receiver.bodies()).hasSize(2);
      assertThat(receiver.bodies().getFirst())
          .contains(denied.recordId(), "[tag_not_signed]", ServerRig.UNSIGNED)
          .contains("\"cluster\":{\"name\":\"test\"}");
      assertThat(receiver.bodies().getLast()).contains(admitted.recordId(), "[signature_valid]");
      assertThat(rig.metric("assayer_alerts_total")).isEqualTo(2);
    }
  }

  @Test
  void noAdmissionWaitsForAReceiverThatHangs() throws IOException {
    receiver.holding();
    try (ServerRig rig =
            ServerRig.start(
                dir, with("window: 0s\n" + receiver("reject", "") + receiver("admit", "")));
        Caller caller = rig.caller()) {
      for (int i = 0; i < 150; i++) {
        assertThat(caller.create(ServerRig.UNSIGNED).allowed()).isFalse();
        assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
      }
      assertThat(rig.decisions()).hasSize(300);
      assertThat(rig.metric("assayer_alerts_total", "\"delivered\"")).isZero();
      receiver.release();
      Await.until("all", () -> rig.metric("assayer_alerts_total", "\"delivered\"") == 300);
    }
  }

  @Test
  void whatAReceiverThatInsistsCannotBeToldIsDeniedAndTheOthersHearOfThat() throws IOException {
    int closed;
    try (ServerSocket free = new ServerSocket(0)) {
      closed = free.getLocalPort();
    }
    String alerting =
        "admit: {receivers: [{template: ecs, name: must, failAdmission: true, url: 'http://localhost:"
            + closed
            + "/hook/"
            + AlertReceiver.TOKEN
            + "'}]}\n"
            + receiver("reject", "");
    try (ServerRig rig = ServerRig.start(dir, with(alerting));
        Caller caller = rig.caller()) {
      Caller.Told told = caller.create(ServerRig.SIGNED);
      assertThat(told.allowed()).isFalse();
      assertThat(told.patched()).isEmpty();
      assertThat(told.message())
          .contains("[alert_undeliverable] receiver must was not told: ")
          .doesNotContain(AlertReceiver.TOKEN, "localhost", Integer.toString(closed));
      Decision decision = rig.decisions().getFirst();
      assertThat(decision.recordId()).isEqualTo(told.recordId());
      assertThat(decision.outcome()).isEqualTo(Outcome.DENIED);
      assertThat(decision.reason()).isEqualTo(Reason.ALERT_UNDELIVERABLE);
      assertThat(decision.stages()).extracting(Stage::name).contains("alert.send must");
      Await.until("told", () -> delivered(rig, "reject-ecs") == 1);
      assertThat(receiver.bodies().getFirst())
          .contains("[alert_undeliverable]", decision.recordId());
      assertThat(rig.metric("assayer_admission_reviews_total", "outcome=\"denied\"")).isEqualTo(1);
    }
  }

  @Test
  void whoInsistsIsToldBeforeTheAnswerInDetectionModeToo() throws IOException {
    try (ServerRig rig =
            ServerRig.start(
                dir, "detectionMode: true\n" + with(receiver("reject", ", failAdmission: true")));
        Caller caller = rig.caller()) {
      Caller.Told told = caller.create(ServerRig.UNSIGNED);
      assertThat(told.allowed()).as(told.message()).isTrue();
      assertThat(receiver.bodies()).hasSize(1);
      assertThat(receiver.bodies().getFirst())
          .contains("Admitted only because of mode detection", told.recordId());
      receiver.answering(403, "");
      Caller.Told second = caller.create("registry.example/acme/other:1");
      assertThat(second.allowed()).isFalse();
      assertThat(second.message()).contains("[alert_undeliverable]");
    }
  }

  @Test
  void aTemplateThatCannotBeUsedIsRefusedAtTheReloadAndTheOldOneStays() throws IOException {
    Path mine = ServerRig.put(dir.resolve("mine.json"), "{\"text\": \"one {{ reason }}\"}");
    String alerting =
        "templates: .\nwindow: 0s\nreject: {receivers: [{template: mine, url: '"
            + receiver.url()
            + "'}]}\n";
    try (ServerRig rig = ServerRig.start(dir, with(alerting));
        Caller caller = rig.caller()) {
      caller.create(ServerRig.UNSIGNED);
      Await.until(
          "told", () -> receiver.bodies().equals(List.of("{\"text\":\"one tag_not_signed\"}")));
      ServerRig.put(mine, "{\"text\": \"two {{ reasn }}\"}");
      Await.until("refused", () -> rig.metric("assayer_policy_reloads_total", "\"invalid\"") == 1);
      caller.create(ServerRig.UNSIGNED);
      Await.until("told", () -> receiver.bodies().size() == 2);
      assertThat(receiver.bodies().getLast()).isEqualTo("{\"text\":\"one tag_not_signed\"}");
      ServerRig.put(mine, "{\"text\": \"three {{ reason }}\"}");
      Await.until("applied", () -> rig.metric("assayer_policy_reloads_total", "\"ok\"") == 1);
      caller.create(ServerRig.UNSIGNED);
      Await.until(
          "told", () -> receiver.bodies().getLast().equals("{\"text\":\"three tag_not_signed\"}"));
    }
  }
}
