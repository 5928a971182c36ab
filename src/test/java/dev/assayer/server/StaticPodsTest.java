package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.decision.Decision;
import dev.assayer.testing.LogCapture;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A static pod runs whatever we say; what it runs is told. */
class StaticPodsTest {
  private static final String SHIPPED = "docker.io/acme/app:1";
  private static final String STRANGE = "docker.io/evil/miner:1";

  @TempDir private Path dir;

  private static String mirror(String... images) {
    return Caller.pod(UUID.randomUUID().toString(), images)
        .replace(
            "{\"username\":\"dana@acme.example\"}",
            "{\"username\":\"system:node:n1\",\"groups\":[\"system:nodes\"]}")
        .replace(
            "\"metadata\":{",
            "\"metadata\":{\"annotations\":{\"kubernetes.io/config.mirror\":\"0af1\"},"
                + "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"name\":\"n1\","
                + "\"controller\":true}],")
        .replace("\"spec\":{", "\"spec\":{\"nodeName\":\"n1\",");
  }

  @Test
  void whatAStaticPodRunsUnverifiedIsCountedLoggedAndOnRecord() throws Exception {
    try (LogCapture log = LogCapture.of("dev.assayer.server.StaticPods");
        ServerRig rig =
            ServerRig.start(
                dir,
                """
                validators: [{name: default, type: static, approve: false}]
                policy: [{pattern: "*:*"}, {pattern: "docker.io/acme/*:*", verify: false}]
                """);
        Caller caller = rig.caller()) {
      long begun = System.nanoTime();
      Caller.Told told =
          Caller.told(
              "",
              begun,
              caller
                  .http()
                  .send(Rig.post("/mutate?timeout=10s", mirror(SHIPPED, STRANGE), ""))
                  .answer());
      assertThat(told.allowed()).isTrue();
      assertThat(told.patched()).isEmpty();
      Decision decision = rig.decisions().getLast();
      assertThat(DecisionRecord.line(decision))
          .contains("\"reason\":\"mirror_pod\"")
          .contains("\"verdict\":\"rejected\",\"mode\":\"enforce\",\"reason\":\"denied_by_policy\"")
          .contains("\"verdict\":\"exempt\",\"mode\":\"enforce\",\"reason\":\"policy_exempt\"");
      assertThat(messages(log))
          .containsExactly(
              "a static pod runs images that are not verified: shop/cart of system:node:n1: "
                  + STRANGE
                  + " [denied_by_policy]; record "
                  + decision.recordId());
      assertThat(rig.metric("assayer_image_decisions_total", "verdict=\"rejected\"")).isEqualTo(1);
      assertThat(rig.metric("assayer_admission_reasons_total", "reason=\"mirror_pod\""))
          .isEqualTo(1);

      var _ = caller.http().send(Rig.post("/mutate?timeout=10s", mirror(SHIPPED), "")).answer();
      assertThat(messages(log)).hasSize(1);
    }
  }

  private static List<String> messages(LogCapture log) {
    return log.records().stream()
        .map(entry -> MessageFormat.format(entry.getMessage(), entry.getParameters()))
        .toList();
  }
}
