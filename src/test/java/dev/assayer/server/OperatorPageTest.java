package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.demo.NotaryServer;
import dev.assayer.page.AuditProof;
import dev.assayer.page.Dependencies;
import dev.assayer.page.PageDecisions;
import dev.assayer.testing.Await;
import dev.assayer.testing.Chromium;
import dev.assayer.testing.LogCapture;
import dev.assayer.testing.NeedsChromium;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator page of the whole server. */
class OperatorPageTest {
  private static final String ON = "page: {address: 127.0.0.1, port: 0}\n";

  @TempDir Path dir;

  @Test
  void whatTheServerDecidesIsOnThePageWithItsTrustPolicyAndDependencies() throws IOException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(dir, ON + ServerRig.trusting(notary, ServerRig.signedOn(notary)))) {
      ask(rig, ServerRig.SIGNED, ServerRig.UNSIGNED);
      Await.until(
          "both are on the page", () -> read(rig, "api/decisions").contains("tag_not_signed"));
      assertThat(read(rig, "api/decisions")).contains("signature_valid", "\"last\":2");
      String id = rig.decisions().getFirst().recordId();
      assertThat(read(rig, "api/decisions/" + id))
          .contains("\"state\":\"off\"", "audit.directory is not set", ServerRig.DIGEST);
      assertThat(read(rig, "api/trust")).contains(ServerRig.REPOSITORY, "\"role\":\"targets\"");
      assertThat(read(rig, "api/health")).contains("\"status\":\"ready\"", "selftest");
      assertThat(read(rig, "api/dependencies")).contains(notary.baseHost(), "\"result\":\"ok\"");
      assertThat(read(rig, "api/policy"))
          .contains("registry.example/tools/*:*", "admits without verification")
          .doesNotContain("PRIVATE", "BEGIN");
      assertThat(read(rig, "api/policy/match?image=registry.example%2Ftools%2Fsh%3A1"))
          .contains("\"index\":1");
    }
  }

  @Test
  @NeedsChromium
  void aBrowserProvesThatARealLogHoldsARecord() throws IOException {
    Path log = Files.createDirectory(dir.resolve("log"));
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(
                dir,
                ON
                    + "audit: {directory: "
                    + log
                    + "}\n"
                    + ServerRig.trusting(notary, ServerRig.signedOn(notary)));
        Chromium chromium = Chromium.start()) {
      ask(rig, ServerRig.SIGNED, ServerRig.UNSIGNED, ServerRig.EXEMPT);
      for (var decision : rig.decisions()) {
        String path = "api/decisions/" + decision.recordId();
        Await.until("a checkpoint", () -> read(rig, path).contains("\"state\":\"included\""));
        chromium.open("about:blank");
        chromium.open(rig.operatorPage() + "#/decisions?id=" + decision.recordId());
        chromium.until("document.querySelector('.raw')");
        assertThat(
                chromium.text("document.querySelector('.side').innerText.split('Audit proof')[1]"))
            .contains("proven", "Computed again in this browser")
            .doesNotContain("not proven");
      }
      assertThat(chromium.complaints()).isEmpty();
    }
  }

  @Test
  @DisplayName("PAG-06: a decision whose entry the log does not hold as it was written is counted")
  void whatTheLogDoesNotProveIsCounted() {
    List<String> results = new ArrayList<>();
    OperatorPage page = new OperatorPage(new Dependencies(), results::add);
    Decision decision = PageDecisions.day(Instant.now()).getFirst();
    for (String state : List.of("off", "pending", "missing", "failed")) {
      var _ = page.telling(_ -> new AuditProof.None(state, "")).apply(decision);
    }
    assertThat(results).containsExactly("unproven");
  }

  @Test
  @DisplayName("PAG-07: whoever takes the page's port takes no admission with it")
  void aTakenPortLeavesThePageOffAndTheWebhookOn() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        LogCapture log = LogCapture.of(OperatorPage.class.getName());
        ServerRig rig =
            ServerRig.start(
                dir,
                "page: {port: "
                    + taken.getLocalPort()
                    + "}\n"
                    + ServerRig.trusting(notary, ServerRig.signedOn(notary)))) {
      assertThat(rig.server.pageAddress()).isEmpty();
      assertThat(log.records()).anyMatch(line -> line.getMessage().contains("no operator page"));
      ask(rig, ServerRig.SIGNED);
      assertThat(rig.decisions()).hasSize(1);
    }
  }

  @Test
  void itIsOffWhereTheConfigurationSaysSo() throws IOException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(
                dir,
                "page: {enabled: false}\n"
                    + ServerRig.trusting(notary, ServerRig.signedOn(notary)))) {
      assertThat(rig.server.pageAddress()).isEmpty();
    }
  }

  private static void ask(ServerRig rig, String... images) throws IOException {
    try (Caller caller = rig.caller()) {
      for (String image : List.of(images)) {
        var _ = caller.create(image);
      }
    }
  }

  private static String read(ServerRig rig, String path) {
    return ServerRig.page(rig.operatorPage(), path).body();
  }
}
