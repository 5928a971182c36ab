package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.admission.ReviewAnswer;
import dev.assayer.audit.AppendResult;
import dev.assayer.audit.Checkpoint;
import dev.assayer.audit.DecisionLog;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.audit.LogObserver;
import dev.assayer.audit.LogSettings;
import dev.assayer.audit.LogUnusable;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.json.JsonObject;
import dev.assayer.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assayer audit verify|show|query}. */
class AuditCommandsTest {
  private static final String CONFIG =
      """
      apiVersion: assayer.dev/v1
      cluster: test
      validators:
        - {name: yes, type: static, approve: true}
        - {name: no, type: static, approve: false}
      policy:
        - {pattern: "*:*", validator: no}
        - {pattern: "good.example/*:*", validator: yes}
        - {pattern: "trial.example/*:*", validator: no, mode: audit}
      """;

  @TempDir private Path dir;
  private final List<String> ids = new ArrayList<>();

  private String log() {
    return dir.resolve("log").toString();
  }

  private String key() {
    return dir.resolve("log.key").toString();
  }

  @BeforeEach
  void fill() throws Exception {
    Files.writeString(Path.of(key()), Ed25519Signer.newKeyPem());
    LogSettings settings =
        new LogSettings(
            Path.of(log()),
            Checkpoint.origin("test", "assayer-0"),
            Optional.of(Path.of(key())),
            true);
    LoadResult.Loaded loaded =
        (LoadResult.Loaded) new ConfigLoader().load(CONFIG, dir, "assayer.yaml");
    Environment environment = new Environment(InstantSource.system(), "0.1.0", "assayer-0", 1);
    try (DecisionLog log = DecisionLog.open(settings, new Silent());
        Assayer assayer = Assayer.open(loaded.config(), environment)) {
      for (String image :
          List.of("good.example/app:1", "evil.example/app:1", "trial.example/app:2")) {
        Deadline deadline = Deadline.after(Duration.ofSeconds(20));
        byte[] body = review(image).getBytes(StandardCharsets.UTF_8);
        if (assayer.review(body, deadline, "mutate", "anonymous")
            instanceof ReviewAnswer.Answered(var decision, var _)) {
          ids.add(decision.recordId());
          assertThat(log.append(decision, DecisionRecord.line(decision), true, deadline))
              .isInstanceOf(AppendResult.Written.class);
        }
      }
    }
    assertThat(ids).hasSize(3);
  }

  private static String review(String image) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
    "kind":{"group":"","version":"v1","kind":"Pod"},
    "resource":{"group":"","version":"v1","resource":"pods"},
    "operation":"CREATE","namespace":"shop","name":"p","userInfo":{"username":"=cmd, \\"x\\""},
    "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},
    "spec":{"containers":[{"name":"c","image":"%s"}]}}}}
    """
        .formatted(image);
  }

  private record Silent() implements LogObserver {
    @Override
    public void written(int entries, Duration took) {}

    @Override
    public void failed(int entries) {}

    @Override
    public void dropped() {}

    @Override
    public void published(long size) {}

    @Override
    public void tampered() {}
  }

  @Test
  void verifySaysWhatItVerifiedAndEndsWithZero() {
    Cli.Ran ran = new Cli().run("audit", "verify", log(), "--key", key());
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("verified: 3 entries of assayer/test/assayer-0\n  root ");
    assertThat(ran.err()).isEmpty();
    Cli.Ran json = new Cli().run("audit", "verify", log(), "--key", key(), "-o", "json");
    assertThat(json.out()).contains("\"verified\":true", "\"size\":3");
  }

  @Test
  void aLogThatTheWitnessDidNotSignIsNotVerified() {
    String witness = "witness.example/w+c7d1529e+BIKLDZhb12anC0jbQxsNEWo4R7Jx4o0JrCZFXaFYrVl9";
    String[] verify = {"audit", "verify", log(), "--key", key(), "--witness", witness};
    Cli.Ran ran = new Cli().run(verify);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("checkpoint.cosigned: missing", witness);
    verify[verify.length - 1] = witness.replace("/w", "/x");
    assertThat(new Cli().run(verify).code()).isEqualTo(2);
  }

  @Test
  void verifyOfALogThatFollowedALostOneSaysSo() throws LogUnusable {
    Path second = dir.resolve("second");
    String origin = Checkpoint.origin("test", "assayer-0") + "/2";
    DecisionLog.open(
            new LogSettings(second, origin, Optional.of(Path.of(key())), true), new Silent())
        .close();
    Cli.Ran ran = new Cli().run("audit", "verify", second.toString(), "--key", key());
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("it is not the first: ask what became of assayer/test/assayer-0");
  }

  @Test
  void verifyWithTheKeyBesideTheLogWarns() {
    Cli.Ran ran = new Cli().run("audit", "verify", log());
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("warning", "keep a copy elsewhere");
  }

  @Test
  void verifyNamesTheEntryThatWasAlteredAndEndsWithOne() throws Exception {
    Path bundle = Path.of(log(), "tile", "entries", "000.p", "3");
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[bytes.length - 5] ^= 1;
    Files.write(bundle, bytes);
    Cli.Ran ran = new Cli().run("audit", "verify", log(), "--key", key());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.lines())
        .startsWith("NOT VERIFIED: the log is not as it was written")
        .anyMatch(line -> line.startsWith("  entry 2: altered"));
    Cli.Ran json = new Cli().run("audit", "verify", log(), "--key", key(), "-o", "json");
    assertThat(json.out()).contains("\"place\":\"entry 2\",\"kind\":\"altered\"");
    Cli.Ran shown =
        new Cli().run("audit", "show", ids.get(0), "--directory", log(), "--key", key());
    assertThat(shown.code()).as(shown.out() + shown.err()).isZero();
  }

  @Test
  void verifyWithAnotherKeyOrNameEndsWithOneAndWithoutALogWithTwo() throws Exception {
    Path other = Files.writeString(dir.resolve("other.key"), Ed25519Signer.newKeyPem());
    Cli.Ran ran = new Cli().run("audit", "verify", log(), "--key", other.toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("checkpoint: forged");
    assertThat(
            new Cli()
                .run("audit", "verify", log(), "--key", key(), "--origin", "assayer/x/y")
                .code())
        .isEqualTo(1);
    assertThat(new Cli().run("audit", "verify", dir.toString(), "--key", key()).code())
        .isEqualTo(2);
    assertThat(new Cli().run("audit", "verify", log(), "--key", "nowhere").code()).isEqualTo(2);
  }

  @Test
  void showProvesTheDecisionThatIsNamed() {
    Cli.Ran ran = new Cli().run("audit", "show", ids.get(1), "--directory", log(), "--key", key());
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .startsWith("entry 1\nproven: it is under the checkpoint of size 3")
        .contains("record_id", ids.get(1));
    Cli.Ran json =
        new Cli()
            .run("audit", "show", ids.get(1), "--directory", log(), "--key", key(), "-o", "json");
    JsonObject object = json.objects().getFirst();
    assertThat(object.get("proof")).isPresent();
    assertThat(object.get("index").orElseThrow().asLong()).hasValue(1);
    assertThat(
            new Cli().run("audit", "show", "unknown", "--directory", log(), "--key", key()).code())
        .isEqualTo(2);
  }

  @Test
  void queryFiltersByWhatIsAsked() {
    assertThat(query().lines()).hasSize(3);
    assertThat(query("--image", "evil.example").lines())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("denied", "rejected", ids.get(1)));
    assertThat(query("--outcome", "denied").lines()).hasSize(1);
    assertThat(query("--would-deny", "--each").lines())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("trial.example/app:2"));
    assertThat(query("--verdict", "rejected").lines()).hasSize(2);
    assertThat(query("--reason", "denied_by_policy").lines()).hasSize(2);
    assertThat(query("-n", "shop").lines()).hasSize(3);
    assertThat(query("-n", "other").lines()).isEmpty();
    assertThat(query("--user", "nobody").lines()).isEmpty();
    assertThat(query("--since", "2020-01-01").lines()).hasSize(3);
    assertThat(query("--until", "2020-01-01").lines()).isEmpty();
    assertThat(query("-o", "json").objects()).hasSize(3);
    assertThat(query("--csv", "-o", "json").code()).isEqualTo(2);
  }

  @Test
  void aCellOfCsvIsNeverAFormulaAndNeverTwoCells() {
    List<String> lines = query("--csv").lines();
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).startsWith("index,time,outcome");
    assertThat(lines.get(1)).contains("\"'=cmd, \"\"x\"\"\"");
  }

  private Cli.Ran query(String... arguments) {
    List<String> all = new ArrayList<>(List.of("audit", "query", "--directory", log()));
    all.addAll(List.of(arguments));
    return new Cli().run(all.toArray(String[]::new));
  }
}
