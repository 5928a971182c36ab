package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Outcome;
import dev.assayer.decision.Reason;
import dev.assayer.demo.NotaryServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real reviews to the real server, before a Notary that serves a signed repository. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndToEndTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  private ServerRig rig;

  @BeforeAll
  void start(@TempDir Path dir) {
    rig = ServerRig.start(dir, ServerRig.trusting(notary, ServerRig.signedOn(notary)));
  }

  @AfterAll
  void stop() {
    rig.close();
    notary.close();
  }

  @Test
  void aSignedImageIsAdmittedAndPinnedToWhatWasSigned() throws IOException {
    try (Caller caller = rig.caller()) {
      Caller.Told told = caller.create(ServerRig.SIGNED, ServerRig.EXEMPT);

      assertThat(told.status()).isEqualTo(200);
      assertThat(told.allowed()).as(told.message()).isTrue();
      assertThat(told.patched()).containsExactly(ServerRig.SIGNED + '@' + ServerRig.DIGEST);
    }
  }

  @Test
  void anUnsignedImageIsDeniedInWordsThatNameStageDependencyTimeRecordAndTrace()
      throws IOException {
    try (Caller caller = rig.caller()) {
      Caller.Told told = caller.create(ServerRig.UNSIGNED);

      assertThat(told.status()).isEqualTo(200);
      assertThat(told.allowed()).isFalse();
      assertThat(told.patched()).isEmpty();
      assertThat(told.message())
          .startsWith("assayer: denied " + ServerRig.UNSIGNED + " [tag_not_signed]")
          .contains(notary.baseHost())
          .containsPattern("budget 9\\.5 s: [a-z.]+ \\d+ ms")
          .contains("Record " + told.recordId())
          .containsPattern("trace [0-9a-f]{32}");
    }
  }

  @Test
  void theCheckOfTheFinalObjectDeniesWhatIsNotPinnedAndAdmitsWhatIs() throws IOException {
    try (Caller caller = rig.caller()) {
      Caller.Told loose = caller.ask("/validate?timeout=10s", "", ServerRig.SIGNED);
      assertThat(loose.allowed()).isFalse();
      assertThat(loose.message()).contains("[not_pinned]");

      String pinned = ServerRig.SIGNED + '@' + ServerRig.DIGEST;
      Caller.Told tight = caller.ask("/validate?timeout=10s", "", pinned);
      assertThat(tight.allowed()).as(tight.message()).isTrue();
      assertThat(tight.patched()).isEmpty();
    }
  }

  @Test
  @DisplayName("ADM-10 a sidecar that a later webhook injects is denied by the validating call")
  void sidecar() throws IOException {
    try (Caller caller = rig.caller()) {
      Caller.Told first = caller.create(ServerRig.SIGNED);
      String pinned = first.patched().getFirst();

      for (String sidecar :
          List.of(ServerRig.UNSIGNED, ServerRig.UNSIGNED + "@sha256:" + "66".repeat(32))) {
        Caller.Told second = caller.ask("/validate?timeout=10s", "", pinned, sidecar);
        assertThat(second.allowed()).isFalse();
        assertThat(second.message()).contains("denied " + ServerRig.UNSIGNED);
      }
      Caller.Told swapped =
          caller.ask("/validate?timeout=10s", "", ServerRig.SIGNED + "@sha256:" + "66".repeat(32));
      assertThat(swapped.allowed()).isFalse();
    }
  }

  @Test
  @DisplayName("ADM-09 over HTTP the patched pod sent again is admitted and not patched")
  void again() throws IOException {
    try (Caller caller = rig.caller()) {
      Caller.Told first = caller.create(ServerRig.SIGNED, ServerRig.EXEMPT);
      Caller.Told second = caller.create(first.patched().getFirst(), ServerRig.EXEMPT);

      assertThat(second.allowed()).as(second.message()).isTrue();
      assertThat(second.patched()).isEmpty();
    }
  }

  @Test
  void theTraceOfTheApiServerIsInTheMessageAndTheRecord() throws IOException {
    try (Caller caller = rig.caller()) {
      Caller.Told told =
          caller.ask(
              "/mutate",
              "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01\r\n",
              ServerRig.UNSIGNED);

      assertThat(told.message()).contains("trace " + TRACE);
      assertThat(decision(told).trace().orElseThrow().traceId()).isEqualTo(TRACE);
    }
  }

  @Test
  @DisplayName("HTT-12 over HTTP a malformed traceparent begins a trace of its own")
  void malformedTrace() throws IOException {
    String many = "x=" + "y".repeat(4096);
    try (Caller caller = rig.caller()) {
      for (String headers :
          List.of(
              "traceparent: 00-" + TRACE + "-0000000000000000-01\r\n",
              "traceparent: ff-" + TRACE + "-00f067aa0ba902b7-01\r\n",
              "traceparent: " + TRACE + "\r\n",
              "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01\r\ntracestate: " + many + "\r\n",
              "baggage: canary=" + many + "\r\n")) {
        Caller.Told told = caller.ask("/mutate", headers, ServerRig.UNSIGNED);

        assertThat(told.allowed()).isFalse();
        assertThat(told.message())
            .as(headers)
            .containsPattern("trace [0-9a-f]{32}")
            .doesNotContain(TRACE)
            .doesNotContain("trace " + "0".repeat(32));
      }
      assertThat(rig.page("/metrics").body()).doesNotContain(TRACE).doesNotContain("canary");
    }
  }

  @Test
  @DisplayName("HTT-02 a review of 3 MiB with 250 containers is decided within its time")
  void huge() throws IOException {
    String[] images = new String[250];
    for (int i = 0; i < images.length; i++) {
      images[i] = i % 2 == 0 ? ServerRig.SIGNED : ServerRig.EXEMPT;
    }
    String body = Caller.pod("big", images);
    String padded =
        body.replace(
            "\"metadata\":{",
            "\"metadata\":{\"annotations\":{\"a\":\"" + "x".repeat(3_000_000) + "\"},");
    try (Caller caller = rig.caller()) {
      long begun = System.nanoTime();
      Caller.Told told =
          Caller.told(
              "big", begun, caller.http().send(Rig.post("/mutate?timeout=10s", padded)).answer());

      assertThat(told.allowed()).as(told.message()).isTrue();
      assertThat(told.patched()).hasSize(125);
      assertThat(told.took()).isLessThan(Duration.ofSeconds(10));
    }
  }

  private Decision decision(Caller.Told told) {
    List<Decision> of =
        rig.decisions().stream().filter(d -> d.request().uid().equals(told.uid())).toList();
    assertThat(of).hasSize(1);
    assertThat(of.getFirst().outcome()).isEqualTo(Outcome.DENIED);
    assertThat(of.getFirst().reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
    return of.getFirst();
  }
}
