package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewCommandTest {
  /** Two validators and no default: what it asks cannot be known. */
  private static final String UNDECIDED = "  - {pattern: \"docker.io/unknown/*:*\"}\n";

  @TempDir private Path folder;
  private String config = "";

  @BeforeEach
  void write() {
    config = TestFiles.write(folder, "c.yaml", TestFiles.STATIC + UNDECIDED);
  }

  private static String review(String image) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
    "uid":"705ab4f5-6393-11e8-b7cc-42010a800002",
    "kind":{"group":"","version":"v1","kind":"Pod"},
    "resource":{"group":"","version":"v1","resource":"pods"},
    "requestKind":{"group":"","version":"v1","kind":"Pod"},
    "requestResource":{"group":"","version":"v1","resource":"pods"},
    "name":"p","namespace":"shop","operation":"CREATE",
    "userInfo":{"username":"u","groups":[]},
    "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"},
    "spec":{"containers":[{"name":"a","image":"%s"}]}},
    "oldObject":null,"dryRun":false,"options":null}}
    """
        .formatted(image);
  }

  private Cli.Ran run(String body, String... more) {
    String[] args = new String[more.length + 4];
    args[0] = "review";
    args[1] = "-";
    args[2] = "--config";
    args[3] = config;
    System.arraycopy(more, 0, args, 4, more.length);
    return new Cli().stdin(body).run(args);
  }

  @ParameterizedTest
  @CsvSource({
    "nginx,                0, true,  exempt",
    "docker.io/acme/app:1, 1, false, rejected",
    "watched/app:1,        0, true,  rejected",
    "unknown/app:1,        3, false, error",
    "Not An Image,         1, false, rejected",
  })
  void theExitCodeFollowsOutcomeAndVerdict(
      String image, int code, boolean allowed, String verdict) {
    Cli.Ran ran = run(review(image));
    assertThat(ran.code()).isEqualTo(code);
    JsonObject response =
        Cli.object(ran.out()).get("response").flatMap(Json::asObject).orElseThrow();
    assertThat(response.get("allowed")).contains(Json.of(allowed));
    assertThat(Cli.text(response, "uid")).isEqualTo("705ab4f5-6393-11e8-b7cc-42010a800002");
    assertThat(ran.err()).contains("\"verdict\":\"" + verdict + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void stdoutHasTheResponseAndNothingElseWhateverTheFormat(String format) {
    Cli.Ran ran = run(review("docker.io/acme/app:1"), "-o", format);
    assertThat(ran.out()).hasLineCount(1).endsWith("}\n");
    assertThat(Cli.object(ran.out()).names()).containsExactly("apiVersion", "kind", "response");
  }

  @Test
  void theRecordIsOneLineOnStderrAndJoinsTheResponse() {
    Cli.Ran ran = run(review("docker.io/acme/app:1"));
    String line = ran.err().lines().filter(text -> text.startsWith("{")).findFirst().orElseThrow();
    String id = Cli.text(Cli.object(line), "record_id");
    assertThat(ran.out()).contains(id);
  }

  @ParameterizedTest
  @CsvSource({
    "'{',                                     bad_json",
    "'',                                      bad_json",
    "'{\"a\":1,\"a\":2}',                     bad_json",
    "'{}',                                    bad_review",
    "'[]',                                    bad_review",
    "'{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\"}', bad_review",
  })
  void aRefusedBodyLeavesStdoutEmpty(String body, String reason) {
    Cli.Ran ran = run(body);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("assayer: refused [" + reason + "] ").doesNotContain("\tat ");
  }

  @Test
  void aBodyOverTheCapIsRefusedAndNeverCut() {
    Cli.Ran fits = run(review("nginx") + " ".repeat((4 << 20) - review("nginx").length()));
    assertThat(fits.code()).isZero();
    Cli.Ran over = run(review("nginx") + " ".repeat((4 << 20) - review("nginx").length() + 1));
    assertThat(over.code()).isEqualTo(2);
    assertThat(over.out()).isEmpty();
    assertThat(over.err()).contains("[body_too_large]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/none/such.json", "/"})
  void aFileThatCannotBeReadIsNamed(String file) {
    Cli.Ran ran = new Cli().run("review", file, "--config", config);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("cannot read \"" + file + "\"");
  }

  @Test
  void aFileIsReadAsStdinIs() {
    String file = TestFiles.write(folder, "review.json", review("nginx"));
    assertThat(new Cli().run("review", file, "--config", config).code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "0s", "-1s", "ten", "1d", "9999999999s", "500ms", ""})
  void aTimeThatIsNoneOrTooShortIsNamed(String time) {
    Cli.Ran ran = run(review("nginx"), "--timeout=" + time);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("--timeout");
  }

  @Test
  void theBudgetIsTheLesserTimeLessHalfASecond() {
    assertThat(run(review("nginx"), "--timeout", "3s").err()).contains("\"deadline_ms\":2500");
    assertThat(run(review("nginx")).err()).contains("\"deadline_ms\":9500");
    assertThat(run(review("nginx"), "--timeout", "30s").err()).contains("\"deadline_ms\":9500");
  }

  @Test
  void aWordTooManyIsAMistake() {
    Cli.Ran ran = run(review("nginx"), "another");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Unexpected argument: 'another'");
  }
}
