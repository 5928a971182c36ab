package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.decision.Decision;
import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change while requests come: no request fails, and what is bad changes nothing. */
class ReloadUnderLoadTest {
  private static final String NO_TOOLS = "verify: false";

  @TempDir Path dir;

  @Test
  @DisplayName("OPS-08 on the whole server a rotated certificate costs no request, a bad one none")
  void certificate() {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ServerRig rig =
            ServerRig.start(dir, ServerRig.trusting(notary, ServerRig.signedOn(notary)));
        Load load = load(rig)) {
      ServerIdentity second = ServerRig.CA.identity();
      ServerRig.show(dir, second);
      Await.until("the new certificate", () -> shown(rig).equals(second.certificate()));

      ServerIdentity third = ServerRig.CA.identity();
      var _ = ServerRig.put(dir.resolve("tls.crt"), third.certificatePem());
      Await.until("refused", () -> rig.metric("assayer_tls_cert_reloads_total", "mismatch") == 1);
      assertThat(shown(rig)).isEqualTo(second.certificate());
      Await.until("told", () -> condition(rig, "tls_cert") == 0);

      var _ = ServerRig.put(dir.resolve("tls.key"), third.privateKeyPem());
      Await.until("the third certificate", () -> shown(rig).equals(third.certificate()));
      Await.until("well", () -> condition(rig, "tls_cert") == 1);
      healthy(load);
    }
  }

  @Test
  void aPolicyComesIntoForceAsAWholeABadFileNeverDoesAndNoRequestFails()
      throws IOException, InterruptedException, ExecutionException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity())) {
      String lax = ServerRig.trusting(notary, ServerRig.signedOn(notary));
      String strict = lax.replace(NO_TOOLS, "mode: enforce");
      try (ServerRig rig = ServerRig.start(dir, lax);
          Load load = load(rig);
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
          Caller caller = rig.caller();
          Caller slow = rig.caller()) {
        assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();

        for (String role :
            List.of("root", "timestamp", "snapshot", "targets", "targets/releases")) {
          notary.fault(
              NotaryServer.path("registry.example/acme/slow", role + ".json"),
              Fault.delay(Duration.ofSeconds(5)));
        }
        Future<Caller.Told> before =
            threads.submit(() -> slow.create("registry.example/acme/slow:1"));
        Await.until("under way", () -> rig.metric("assayer_admission_in_flight") > 0);
        rig.write(strict);
        Await.until("in force", () -> rig.metric("assayer_policy_reloads_total", "\"ok\"") == 1);

        assertThat(caller.create(ServerRig.EXEMPT).allowed()).isFalse();
        assertThat(before.isDone()).as("still under way").isFalse();
        assertThat(before.get().message()).contains("[no_trust_data]");
        assertThat(generation(rig, before.get())).isEqualTo(1);

        rig.write("policy: [");
        Await.until(
            "refused", () -> rig.metric("assayer_policy_reloads_total", "\"invalid\"") == 1);
        Await.until("told", () -> condition(rig, "policy") == 0);
        assertThat(rig.page("/health/ready").statusCode()).isEqualTo(200);
        assertThat(caller.create(ServerRig.EXEMPT).allowed()).isFalse();
        assertThat(caller.create(ServerRig.SIGNED).allowed()).isTrue();

        rig.write(lax);
        Await.until("back", () -> rig.metric("assayer_policy_reloads_total", "\"ok\"") == 2);
        assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
        healthy(load);
        Map<Long, List<String>> digests =
            rig.decisions().stream()
                .collect(
                    Collectors.groupingBy(
                        Decision::generation,
                        Collectors.collectingAndThen(
                            Collectors.toList(),
                            all -> all.stream().map(Decision::policyDigest).distinct().toList())));
        assertThat(digests).containsOnlyKeys(1L, 2L, 3L);
        assertThat(digests.values()).allSatisfy(one -> assertThat(one).hasSize(1));
        assertThat(digests.get(3L)).isEqualTo(digests.get(1L)).isNotEqualTo(digests.get(2L));
      }
    }
  }

  @Test
  @DisplayName("OPS-10 on the whole server allow-all does not get past the pinned digest")
  void pinned() throws IOException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity())) {
      String good = ServerRig.trusting(notary, ServerRig.signedOn(notary));
      String pin;
      try (ServerRig rig = ServerRig.start(dir, good);
          Caller caller = rig.caller()) {
        assertThat(caller.create(ServerRig.SIGNED).allowed()).isTrue();
        pin = rig.decisions().getFirst().policyDigest();
      }
      Map<String, String> environment = Map.of(DigestPin.VARIABLE, pin);
      String open = good.replace("\"*:*\"", "\"*:*\"\n    verify: false");
      try (ServerRig rig = ServerRig.start(dir, good, environment);
          Caller caller = rig.caller()) {
        rig.write(open);
        Await.until(
            "refused", () -> rig.metric("assayer_policy_reloads_total", "digest_mismatch") == 1);
        assertThat(caller.create(ServerRig.UNSIGNED).allowed()).isFalse();
        assertThat(rig.metric("assayer_trust_config_mismatch", "\"policy\"")).isEqualTo(1);
      }
      assertThatThrownBy(() -> ServerRig.start(dir, open, environment))
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining(DigestPin.VARIABLE);
    }
  }

  private static Load load(ServerRig rig) {
    return Load.on(rig::caller, 3, "/mutate?timeout=10s", ServerRig.SIGNED)
        .andOneThatConnectsAnew(rig::caller, "/mutate?timeout=10s", ServerRig.SIGNED);
  }

  /** Every request so far was answered, and admitted. */
  private static void healthy(Load load) {
    load.end();
    assertThat(load.failures()).isEmpty();
    assertThat(load.answered()).hasSizeGreaterThan(20);
    assertThat(
            load.answered().stream()
                .map(Load.Answered::told)
                .filter(told -> !told.allowed())
                .map(Caller.Told::message)
                .limit(3))
        .isEmpty();
  }

  private static double condition(ServerRig rig, String name) {
    return rig.metric("assayer_readiness_condition", '"' + name + '"');
  }

  private static long generation(ServerRig rig, Caller.Told told) {
    return rig.decisions().stream()
        .filter(decision -> decision.recordId().equals(told.recordId()))
        .findFirst()
        .orElseThrow()
        .generation();
  }

  private static Certificate shown(ServerRig rig) {
    try (Caller caller = rig.caller()) {
      return ((SSLSocket) caller.http().socket()).getSession().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException anonymous) {
      throw new AssertionError(anonymous);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
