package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.audit.LogKeys;
import dev.assayer.audit.LogRecords;
import dev.assayer.audit.LogVerifier;
import dev.assayer.audit.VerifyRequest;
import dev.assayer.audit.VerifyResult;
import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.decision.Decision;
import dev.assayer.decision.Logged;
import dev.assayer.decision.Reason;
import dev.assayer.demo.NotaryServer;
import dev.assayer.json.JsonText;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real server with an audit log. */
class AuditEndToEndTest {
  private final NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());

  @TempDir private Path dir;

  @AfterEach
  void stop() {
    notary.close();
  }

  private ServerRig start(String audit) throws IOException {
    Files.writeString(dir.resolve("audit.key"), Ed25519Signer.newKeyPem());
    return ServerRig.start(dir, audit + ServerRig.trusting(notary, ServerRig.signedOn(notary)));
  }

  private static void breakIt(Path log) throws IOException {
    // The folder of the journal becomes a file: nothing can be appended any more.
    try (Stream<Path> files = Files.walk(log.resolve("journal"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Files.writeString(log.resolve("journal"), "");
  }

  @Test
  void everyDecisionIsInTheLogBeforeItsAnswerAsStdoutSaysIt() throws IOException {
    Path log = dir.resolve("log");
    try (ServerRig rig = start("audit: {directory: log, keyFile: audit.key}\n");
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.SIGNED).allowed()).isTrue();
      assertThat(caller.create(ServerRig.UNSIGNED).allowed()).isFalse();
      assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
      List<Logged> logged =
          rig.decisions().stream().flatMap(decision -> decision.logged().stream()).toList();
      assertThat(logged).extracting(Logged::index).containsExactly(0L, 1L, 2L);
      assertThat(rig.decisions())
          .allMatch(decision ->
              decision.stages().stream().anyMatch(stage -> stage.name().equals("audit.append")));
      Await.until(
          "metrics", () -> rig.page("/metrics").body().contains("assayer_audit_sequence 3.0"));
      assertThat(rig.page("/metrics").body())
          .contains(
              "assayer_audit_records_total{result=\"written\",sink=\"file\"} 3.0",
              "assayer_audit_records_total{result=\"written\",sink=\"stdout\"} 3.0",
              "assayer_readiness_condition{condition=\"audit_sink\"} 1.0");
      double kept = rig.metric("assayer_audit_evidence_total", "result=\"kept\"");
      assertThat(kept).as("policy and metadata").isGreaterThanOrEqualTo(5);
      assertThat(rig.metric("assayer_audit_evidence_total", "result=\"known\"")).isPositive();
      assertThat(rig.metric("assayer_audit_evidence_bytes")).isPositive();
      assertThat(rig.metric("assayer_audit_evidence_bound_bytes")).isEqualTo(1L << 30);
    }
    assertThat(
            LogVerifier.verify(
                new VerifyRequest(
                    log,
                    List.of(LogKeys.read(dir.resolve("audit.key"))),
                    Optional.of("assayer/test/assayer-0"),
                    List.of(),
                    (_, _) -> {})))
        .isInstanceOfSatisfying(
            VerifyResult.Sound.class, sound -> assertThat(sound.head().size()).isEqualTo(3));
    List<String> records = new ArrayList<>();
    LogRecords.of(log)
        .orElseThrow()
        .forEach(found -> records.add(JsonText.compact(found.record())));
    assertThat(records).hasSize(3).allMatch(record -> record.contains("\"record_id\""));
  }

  @Test
  void theSequenceGoesOnAfterARestart() throws IOException {
    String audit = "audit: {directory: log, keyFile: audit.key}\n";
    try (ServerRig rig = start(audit);
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
      assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
    }
    Path key = Files.copy(dir.resolve("audit.key"), dir.resolve("kept.key"));
    assertThat(key).exists();
    try (ServerRig rig =
            ServerRig.start(dir, audit + ServerRig.trusting(notary, ServerRig.signedOn(notary)));
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
      assertThat(rig.decisions()).extracting(Decision::sequence).containsExactly(3L);
    }
  }

  @Test
  @DisplayName("OPS-04: a log that cannot be written denies audit_unavailable, readiness unchanged")
  void required() throws IOException {
    try (ServerRig rig = start("audit: {directory: log, keyFile: audit.key}\n");
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.SIGNED).allowed()).isTrue();
      breakIt(dir.resolve("log"));
      Caller.Told told = caller.create(ServerRig.SIGNED);
      assertThat(told.allowed()).isFalse();
      assertThat(told.patched()).isEmpty();
      assertThat(told.message()).contains("[audit_unavailable]");
      Decision last = rig.decisions().getLast();
      assertThat(last.reason()).isEqualTo(Reason.AUDIT_UNAVAILABLE);
      assertThat(last.logged()).isEmpty();
      Caller.Told bad = caller.create(ServerRig.UNSIGNED);
      assertThat(bad.message()).as("the real reason stays").contains("[tag_not_signed]");
      assertThat(rig.server.ready()).isTrue();
      assertThat(rig.page("/health/ready").body()).contains("audit_sink");
      assertThat(rig.page("/metrics").body())
          .contains("assayer_readiness_condition{condition=\"audit_sink\"} 0.0")
          .contains("assayer_audit_records_total{result=\"failed\",sink=\"file\"} 2.0");
    }
  }

  @Test
  @DisplayName("OPS-04: what must be recorded is denied without a record in detection mode too")
  void detection() throws IOException {
    try (ServerRig rig =
            start("detectionMode: true\naudit: {directory: log, keyFile: audit.key}\n");
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.UNSIGNED).allowed()).isTrue();
      breakIt(dir.resolve("log"));
      assertThat(caller.create(ServerRig.UNSIGNED).allowed()).isFalse();
    }
  }

  @Test
  @DisplayName("OPS-04: with audit.required false it is counted and admitted")
  void notRequired() throws IOException {
    try (ServerRig rig = start("audit: {directory: log, keyFile: audit.key, required: false}\n");
        Caller caller = rig.caller()) {
      breakIt(dir.resolve("log"));
      assertThat(caller.create(ServerRig.SIGNED).allowed()).isTrue();
      assertThat(rig.page("/metrics").body())
          .contains("assayer_audit_records_total{result=\"failed\",sink=\"file\"} 1.0");
    }
  }

  @Test
  @DisplayName("OPS-04: a reload that makes records required admits nothing while there is no log")
  void requiredByAReload() throws IOException {
    Files.writeString(dir.resolve("log"), "no folder");
    Files.writeString(dir.resolve("audit.key"), Ed25519Signer.newKeyPem());
    String trusting = ServerRig.trusting(notary, ServerRig.signedOn(notary));
    String audit = "audit: {directory: log, keyFile: audit.key, required: ";
    try (ServerRig rig = ServerRig.start(dir, audit + "false}\n" + trusting);
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.SIGNED).allowed()).isTrue();
      rig.write(audit + "true}\n" + trusting);
      Await.until("reloaded", () -> rig.metric("assayer_config_generation") == 2);
      assertThat(caller.create(ServerRig.SIGNED).message()).contains("[audit_unavailable]");
    }
  }

  @Test
  void aLogThatWasDamagedStopsTheStartInWords() throws IOException {
    try (ServerRig rig = start("audit: {directory: log, keyFile: audit.key}\n");
        Caller caller = rig.caller()) {
      assertThat(caller.create(ServerRig.EXEMPT).allowed()).isTrue();
    }
    Files.delete(dir.resolve("log").resolve("checkpoint"));
    assertThatThrownBy(() ->
            ServerRig.start(
                dir,
                "audit: {directory: log, keyFile: audit.key}\n"
                    + ServerRig.trusting(notary, ServerRig.signedOn(notary))))
        .isInstanceOf(StartRefused.class)
        .satisfies(refused ->
            assertThat(((StartRefused) refused).lines())
                .anyMatch(line -> line.contains("cannot be continued")));
  }
}
