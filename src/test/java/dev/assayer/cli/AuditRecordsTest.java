package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assayer audit query --would-deny|replay|export|join}, and users by pseudonyms. */
class AuditRecordsTest {
  private static final String NOON = "2026-03-03T12:00:00Z";
  private static final String LATER = "2026-03-04T12:00:00Z";
  private static final String GOOD = "registry.example/shop/web:1";
  private static final String BAD = "evil.example/x:1";
  private static final String TRIAL = "registry.example/trial/app:2";

  @TempDir private Path dir;

  private String config(String yaml) {
    return TestFiles.write(dir, "new.yaml", yaml);
  }

  private String log() {
    return dir.resolve("log").toString();
  }

  private void fill() {
    try (AuditRig rig = AuditRig.open(dir, AuditRig.CONFIG)) {
      rig.decide(NOON, "shop", "web", "dana", GOOD);
      rig.decide(NOON, "shop", "bad", "dana", BAD);
      rig.decide(NOON, "lab", "t1", "max", TRIAL);
      rig.decide(LATER, "lab", "t2", "max", TRIAL);
    }
  }

  @Test
  void theReportOfARollOutGroupsWhatWouldBeDeniedAndSaysWhatToDo() {
    fill();
    List<String> text =
        AuditRig.run("audit", "query", "--directory", log(), "--would-deny").lines();
    assertThat(text.get(1))
        .matches(" *2  2026-03-03T12:00:00.000Z  2026-03-04T12:00:00.000Z  lab +" + TRIAL + ".*");
    assertThat(text.getLast()).isEqualTo("  docs/reasons.md#denied_by_policy");
    assertThat(
            AuditRig.run("audit", "query", "--directory", log(), "--would-deny", "--csv").lines())
        .containsExactly(
            "count,first,last,namespace,image,reason,rule",
            "2,2026-03-03T12:00:00.000Z,2026-03-04T12:00:00.000Z,lab,"
                + TRIAL
                + ",denied_by_policy,registry.example/trial/*:*");
    assertThat(
            AuditRig.run("audit", "query", "--directory", log(), "--would-deny", "-o", "json")
                .objects())
        .hasSize(1);
    assertThat(
            AuditRig.run("audit", "query", "--directory", log(), "--would-deny", "-n", "shop")
                .lines())
        .containsExactly("nothing in this log would be denied once it is enforced");
    assertThat(
            AuditRig.run("audit", "query", "--directory", log(), "--would-deny", "--each").lines())
        .hasSize(2);
  }

  @Test
  void aReplayListsTheFlipsAndEndsWithOneAndWithoutAnyWithZero() throws IOException {
    fill();
    String same = config("# the same\n" + AuditRig.CONFIG);
    Cli.Ran none = AuditRig.run("audit", "replay", log(), "--config", same);
    assertThat(none.code()).as(none.err()).isZero();
    assertThat(none.lines()).containsExactly("4 decisions replayed", "nothing flips");

    String other =
        config(
            AuditRig.CONFIG
                .replace("mode: audit", "mode: enforce")
                .replace("{pattern: \"*:*\", validator: no}", "{pattern: \"*:*\", verify: false}"));
    Path junit = dir.resolve("replay.xml");
    Cli.Ran ran =
        AuditRig.run("audit", "replay", log(), "--config", other, "--junit", junit.toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.lines())
        .contains("admit_to_deny: 2", "deny_to_admit: 1")
        .anyMatch(line -> line.startsWith("  2 x lab " + TRIAL));
    assertThat(junit)
        .content()
        .contains("tests=\"3\" failures=\"2\"", "allowed rejected denied_by_policy -&gt; denied");
    Cli.Ran json =
        AuditRig.run("audit", "replay", log(), "--config", other, "-o", "json", "--since", LATER);
    assertThat(json.objects()).hasSize(2);
    assertThat(json.out()).endsWith("{\"decisions\":1,\"flips\":{\"admit_to_deny\":1}}\n");
  }

  @Test
  void tenThousandDecisionsAreReplayedInLessThanTwentySeconds() throws Exception {
    try (AuditRig rig = AuditRig.open(dir, AuditRig.CONFIG)) {
      IntStream.range(0, 10_000)
          .parallel()
          .forEach(
              i -> rig.decide(NOON, "ns" + i % 50, "p" + i, "dana", i % 2 == 0 ? GOOD : TRIAL));
    }
    String other = config(AuditRig.CONFIG.replace("mode: audit", "mode: enforce"));
    long begun = System.nanoTime();
    Cli.Ran ran = AuditRig.run("audit", "replay", log(), "--config", other);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    assertThat(ran.out()).startsWith("10000 decisions replayed\nadmit_to_deny: 5000\n");
  }

  @Test
  void anExportSaysTheSameInTheWordsOfEcsAndOcsf() throws IOException {
    Decision decision;
    try (AuditRig rig = AuditRig.open(dir, AuditRig.CONFIG)) {
      decision = rig.decide(NOON, "shop", "bad", "dana", BAD);
    }
    for (String format : List.of("ecs", "ocsf")) {
      String line =
          AuditRig.run("audit", "export", "--directory", log(), "--format", format)
              .out()
              .strip()
              .replace(decision.recordId(), "ID")
              .replace(decision.policyDigest(), "POLICY")
              .replace(decision.trustRootDigest(), "ROOTS")
              .replaceFirst("\"duration\":\\d+", "\"duration\":0");
      Path golden = Path.of("src/test/resources/audit/export." + format + ".json");
      if (Boolean.getBoolean("assayer.docs.write")) {
        Files.createDirectories(golden.getParent());
        Files.writeString(golden, line + "\n");
      }
      assertThat(line + "\n").isEqualTo(Files.readString(golden));
    }
  }

  @Test
  @DisplayName("AUD-I-1: hashed or left out, a user's name is in no file and no answer")
  void namesOfUsersStayOut() throws IOException {
    Path key = dir.resolve("users.key");
    Files.writeString(key, "0123456789abcdef0123456789abcdef");
    for (String users : List.of("hash", "omit")) {
      Path folder = Files.createDirectory(dir.resolve(users));
      String yaml =
          AuditRig.CONFIG
              + "audit: {directory: log, users: "
              + users
              + ", usersKeyFile: "
              + key
              + "}\n";
      try (AuditRig rig = AuditRig.open(folder, yaml)) {
        rig.decide(NOON, "shop", "web", "canary-dana", GOOD);
        rig.decide(NOON, "shop", "bad", "canary-dana", BAD);
        rig.decide(NOON, "shop", "bad", "somebody", BAD);
      }
      assertThat(AuditRig.everything(folder)).doesNotContain("canary-dana", "somebody");
      String log = folder.resolve("log").toString();
      assertThat(
              AuditRig.run("audit", "verify", log, "--key", folder.resolve("log.key").toString())
                  .code())
          .isZero();
      Cli.Ran asked =
          AuditRig.run(
              "audit",
              "query",
              "--directory",
              log,
              "--user",
              "canary-dana",
              "--users-key",
              key.toString());
      assertThat(asked.lines()).hasSize(users.equals("hash") ? 2 : 0);
      assertThat(asked.out()).doesNotContain("canary-dana");
    }
  }

  @Test
  void hashingWithoutAKeyIsAnErrorOfTheConfiguration() {
    String file = config(AuditRig.CONFIG + "audit: {users: hash}\n");
    Cli.Ran ran = AuditRig.run("config", "check", file);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out() + ran.err()).contains("usersKeyFile names none", "head -c 64");
    String gone = config(AuditRig.CONFIG + "audit: {users: hash, usersKeyFile: gone}\n");
    Cli.Ran missing = AuditRig.run("config", "check", gone);
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.out() + missing.err()).contains("audit.usersKeyFile", "gone");
  }

  private static String event(String audit, String at, String name, int code, String annotations) {
    return ("{\"kind\":\"Event\",\"level\":\"Metadata\",\"auditID\":\"%s\",\"stage\":"
            + "\"ResponseComplete\",\"requestURI\":\"/api/v1/namespaces/shop/pods\",\"verb\":"
            + "\"create\",\"user\":{\"username\":\"dana\"},\"objectRef\":{\"resource\":\"pods\","
            + "\"namespace\":\"shop\",\"name\":\"%s\",\"apiVersion\":\"v1\"},\"responseStatus\":"
            + "{\"code\":%d},\"requestReceivedTimestamp\":\"%s\",\"stageTimestamp\":\"%s\","
            + "\"annotations\":{%s}}%n")
        .formatted(audit, name, code, at, at, annotations);
  }

  private static String named(Decision decision, String verdict) {
    String prefix = "\"mutate.assayer.dev/";
    return prefix
        + "record-id\":\""
        + decision.recordId()
        + "\","
        + prefix
        + "verdict\":\""
        + verdict
        + "\","
        + prefix
        + "reason\":\""
        + decision.reason().code()
        + "\"";
  }

  @Test
  @DisplayName("AUD-R-1: a record planted by an unauthenticated caller is told apart by its caller")
  void plantedByAStranger() throws IOException {
    String api = "CN=kube-apiserver";
    StringBuilder kube = new StringBuilder();
    try (AuditRig rig = AuditRig.open(dir, AuditRig.CONFIG)) {
      Decision good = rig.decide("2026-03-03T12:00:01Z", "shop", "web", "dana", GOOD, api);
      Decision bad = rig.decide("2026-03-03T12:00:02Z", "shop", "bad", "dana", BAD, api);
      rig.decide("2026-03-03T12:00:30Z", "shop", "ghost", "dana", GOOD);
      rig.decide("2026-03-03T18:00:00Z", "shop", "late", "dana", GOOD);
      rig.decide("2026-03-03T19:00:00Z", "shop", "next", "dana", GOOD, api);
      kube.append(event("a0", NOON, "early", 201, ""))
          .append(event("a1", "2026-03-03T12:00:01Z", "web", 201, named(good, "exempt")))
          .append(event("a2", "2026-03-03T12:00:02Z", "bad", 201, named(bad, "rejected")))
          .append(event("a3", "2026-03-03T12:00:03Z", "none", 201, ""))
          .append(event("a4", "2026-03-03T12:00:04Z", "failed", 422, ""))
          .append(
              event(
                  "a5",
                  "2026-03-03T12:00:05Z",
                  "open",
                  201,
                  "\"failed-open.mutating.webhook.admission.k8s.io/round_0_index_0\":"
                      + "\"mutate.assayer.dev\""))
          .append(event("a6", "2026-03-03T13:00:00Z", "web", 409, named(good, "verified")))
          .append("{\"cut");
    }
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(kube.toString().getBytes(StandardCharsets.UTF_8));
    }
    Path file = Files.write(dir.resolve("kube.log.gz"), zipped.toByteArray());
    Cli.Ran ran = AuditRig.run("audit", "join", file.toString(), "--log", log(), "-o", "json");
    assertThat(ran.code()).as(ran.out() + ran.err()).isEqualTo(1);
    assertThat(ran.out())
        .contains("\"admissions\":5", "\"records\":5", "\"before\":1", "\"callers\":[\"" + api);
    List<String> findings =
        ran
            .objects()
            .getFirst()
            .get("findings")
            .orElseThrow()
            .asArray()
            .orElseThrow()
            .values()
            .stream()
            .map(one -> one.asObject().orElseThrow())
            .map(one -> Cli.text(one, "kind") + " " + Cli.text(one, "subject"))
            .map(text -> text.replaceFirst(" by dana.*", ""))
            .toList();
    assertThat(findings)
        .containsExactlyInAnyOrder(
            "record_differs create pods shop/bad",
            "admitted_without_record create pods shop/none",
            "failed_open create pods shop/open",
            "record_planted CREATE Pod shop/ghost",
            "record_planted CREATE Pod shop/late",
            "record_named_twice create pods shop/web");
    Cli.Ran text = AuditRig.run("audit", "join", file.toString(), "--log", log());
    assertThat(text.out())
        .contains(
            "an unauthenticated caller asked for it; the API server asks as " + api,
            "not judged: 2 records of other times",
            "FINDINGS: 6");
    assertThat(AuditRig.run("audit", "join", file.toString(), "--log", log(), "--whole").out())
        .contains("record_without_request  CREATE Pod shop/next");
    assertThat(AuditRig.run("audit", "join", "nowhere", "--log", log()).code()).isEqualTo(2);
  }
}
