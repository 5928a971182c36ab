package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.TestCa;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grace through the whole server, with a Notary that fails in every way over real connections. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GraceEndToEndTest {
  private static final String PINNED = ServerRig.SIGNED + "@" + ServerRig.DIGEST;

  @TempDir private Path dir;

  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
  private ServerRig rig;
  private Caller caller;

  @BeforeEach
  void verifyOnce() throws Exception {
    rig =
        ServerRig.start(
            dir, "grace: {maxAge: 6h}\n" + ServerRig.trusting(notary, ServerRig.signedOn(notary)));
    caller = rig.caller();
    assertThat(caller.create(ServerRig.SIGNED).patched()).containsExactly(PINNED);
  }

  @AfterEach
  void close() {
    caller.close();
    rig.close();
    notary.close();
  }

  private void assertGrace(Caller.Told told) {
    assertThat(told.allowed()).as(told.message()).isTrue();
    assertThat(told.patched()).containsExactly(PINNED);
    assertThat(rig.decisions().getLast().reason().code()).isEqualTo("grace");
  }

  @Test
  void aNotaryThatIsGoneLeavesWhatWasVerified() throws Exception {
    notary.stop();
    assertGrace(caller.create(ServerRig.SIGNED));
    assertThat(caller.create(ServerRig.UNSIGNED).allowed()).isFalse();
    assertThat(rig.metric("assayer_admission_reasons_total", "reason=\"grace\"")).isEqualTo(1);
    for (int i = 0; i < 10; i++) {
      caller.create(ServerRig.SIGNED);
      Thread.sleep(100);
    }
    Caller.Told told = caller.create(ServerRig.SIGNED);
    assertGrace(told);
    assertThat(told.took()).as("the circuit is open").isLessThan(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void aNotaryThatAnswers5xxOnlyLeavesWhatWasVerified(int status) throws Exception {
    notary.fault("*", Fault.status(status));
    assertGrace(caller.create(ServerRig.SIGNED));
  }

  @Test
  void aNotaryThatHangsLeavesWhatWasVerifiedInTime() throws Exception {
    notary.fault("*", Fault.hang());
    Caller.Told told = caller.ask("/mutate?timeout=3s", "", ServerRig.SIGNED);
    assertGrace(told);
    assertThat(told.took()).isLessThan(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 410, 418, 429, 302})
  @DisplayName("a Notary that answers anything but 5xx gets no grace")
  void noOtherAnswerOpensIt(int status) throws Exception {
    notary.fault("*", Fault.status(status));
    Caller.Told told = caller.create(ServerRig.SIGNED);
    assertThat(told.allowed()).as("status %d", status).isFalse();
  }

  @Test
  @DisplayName("a Notary that answers garbage gets no grace")
  void garbageOpensNothing() throws Exception {
    notary.fault("*", Fault.reply(200, Map.of(), "garbage".getBytes(StandardCharsets.UTF_8)));
    assertThat(caller.create(ServerRig.SIGNED).message()).contains("[metadata_malformed]");
  }

  @Test
  @DisplayName("a Notary with a certificate of another CA gets no grace")
  void anotherAuthorityOpensNothing() throws Exception {
    int port = URI.create("https://" + notary.baseHost()).getPort();
    notary.stop();
    try (FaultServer other = FaultServer.start(new TestCa("another").localhost(), port)) {
      assertThat(caller.create(ServerRig.SIGNED).message()).contains("[tls_failed]");
      assertThat(other.accepted()).isPositive();
    }
  }
}
