package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTestCommandTest {
  private static final String HEAD =
      "apiVersion: assayer.dev/v1\nkind: PolicyTest\nconfig: assayer.yaml\n";
  private static final String PASSES =
      HEAD
          + """
          cases:
            - name: library images are approved
              image: nginx
              expect: {rule: "docker.io/library/*:*", reason: policy_exempt, validator: allow}
          """;
  private static final String FAILS =
      HEAD
          + """
          cases:
            - name: wrong
              image: acme/app
              expect: {rule: "docker.io/library/*:*", outcome: allowed, digest: "sha256:%s"}
            - {name: right, image: watched/app, expect: {mode: audit, outcome: allowed}}
          """
              .formatted("0".repeat(64));

  @TempDir private Path folder;

  @BeforeEach
  void write() {
    TestFiles.write(folder, "assayer.yaml", TestFiles.STATIC);
  }

  private String file(String text) {
    return TestFiles.write(folder, "tests.yaml", text);
  }

  private static Cli.Ran test(String... args) {
    return new Cli()
        .run(
            Stream.concat(Stream.of("policy", "test"), Arrays.stream(args)).toArray(String[]::new));
  }

  @Test
  void whatPassesIsOneLineACase() {
    Cli.Ran ran = test(file(PASSES));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.lines()).contains("  ok   library images are approved", "1 passed, 0 failed");
  }

  @Test
  void aFailureSaysWhatWasExpectedWhatWasFoundAndWhyTheRuleWon() {
    Cli.Ran ran = test(file(FAILS));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .contains(
            "  FAIL wrong\n",
            "tests.yaml:5\n",
            "rule      expected docker.io/library/*:*, found *:*\n",
            "outcome   expected allowed, found denied\n",
            "digest    expected sha256:000",
            ", found nothing\n",
            "because   validator \"deny\" is static with approve: false\n",
            "why       \"acme/app\" is matched as docker.io/acme/app:latest.\n",
            "policy[0] \"*:*\" matches and wins.",
            "  ok   right\n",
            "1 passed, 1 failed\n");
  }

  @Test
  void aScreenThatShowsSymbolsGetsThem() {
    Cli.Ran ran =
        new Cli()
            .with("LANG", "C.UTF-8")
            .with("ASSAYER_TERMINALS", "out")
            .run("policy", "test", file(FAILS));
    assertThat(ran.out()).contains("  \u2716 wrong\n", "  \u2714 right\n");
  }

  @Test
  void programsReadOneObject() {
    Cli.Ran ran = test(file(FAILS), "-o", "json");
    assertThat(ran.code()).isEqualTo(1);
    JsonObject report = Cli.object(ran.out());
    assertThat(report.names())
        .containsExactly("passed", "cases", "failures", "results", "unexercised");
    assertThat(report.get("passed")).contains(Json.of(false));
    assertThat(report.get("cases")).contains(Json.of(2));
    assertThat(report.get("failures")).contains(Json.of(1));
    JsonObject wrong = first(report, "results");
    assertThat(wrong.names())
        .containsExactly(
            "file",
            "line",
            "config",
            "name",
            "passed",
            "image",
            "expected",
            "found",
            "differs",
            "detail",
            "why");
    assertThat(JsonText.compact(wrong.get("differs").orElseThrow()))
        .isEqualTo("[\"rule\",\"outcome\",\"digest\"]");
    assertThat(wrong.get("found").flatMap(Json::asObject).orElseThrow().names())
        .containsExactly(
            "rule",
            "index",
            "verdict",
            "reason",
            "outcome",
            "mode",
            "digest",
            "patched",
            "validator");
    JsonObject gap = first(report, "unexercised");
    assertThat(gap.names()).containsExactly("config", "line", "index", "pattern");
    assertThat(Cli.text(gap, "pattern")).isEqualTo("docker.io/library/*:*");
  }

  private static JsonObject first(JsonObject parent, String name) {
    List<Json> all = parent.get(name).flatMap(Json::asArray).orElseThrow().values();
    return all.getFirst().asObject().orElseThrow();
  }

  @Test
  void onlyWhatIsWrittenIsCompared() {
    String only = HEAD + "cases:\n  - {name: a, image: nginx, expect: {patched: false}}\n";
    assertThat(test(file(only)).code()).isZero();
    String other = only.replace("patched: false", "index: 0");
    assertThat(test(file(other)).out()).contains("index     expected 0, found 1\n");
  }

  @Test
  void rulesThatNoCaseExercisesAreANoteOrOnDemandAFailure() {
    Cli.Ran note = test(file(PASSES));
    assertThat(note.out())
        .contains("note: no case exercises policy[0] \"*:*\" (", "assayer.yaml:6)\n")
        .doesNotContain("policy[1]");
    Cli.Ran required = test("--require-coverage", file(PASSES));
    assertThat(required.code()).isEqualTo(1);
    assertThat(required.out()).contains("error: no case exercises policy[0]");
    // Together the two files exercise all three rules of the one configuration.
    String rest =
        TestFiles.write(
            folder,
            "rest.yaml",
            FAILS.replaceAll(", outcome.*\"}", "}").replace("docker.io/library/*:*", "*:*"));
    Cli.Ran both = test("--require-coverage", file(PASSES), rest);
    assertThat(both.out()).doesNotContain("no case exercises").contains("3 passed, 0 failed");
    assertThat(both.code()).isZero();
  }

  @Test
  void theConfigurationOnTheCommandLineReplacesTheOneInTheFile() {
    String other =
        TestFiles.write(
            folder, "other.yaml", TestFiles.STATIC.replace("validator: allow", "validator: deny"));
    assertThat(test(file(PASSES), "--config", other).code()).isEqualTo(1);
    // The environment only helps where the file names none.
    Cli environment = new Cli().with("ASSAYER_CONFIG", other);
    assertThat(environment.run("policy", "test", file(PASSES)).code()).isZero();
    String none = file(PASSES.replace("config: assayer.yaml\n", ""));
    assertThat(environment.run("policy", "test", none).code()).isEqualTo(1);
    Cli.Ran missing = test(none);
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("config: required field is missing; add config: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          kind: PolicyTest      | kind: Policytest      | kind: "Policytest" is no policy test; use PolicyTest
          kind: PolicyTest\\n   | ``                    | kind: required field is missing
          assayer.dev/v1        | assayer.dev/v2        | "assayer.dev/v2" is not supported
          cases:                | caes:                 | unknown field "caes"; did you mean "cases"?
          image: nginx          | imag: nginx           | cases[0].imag: unknown field "imag"; did you mean "image"?
          image: nginx          | image: 3              | cases[0].image: must be a string, not a number; put it in quotes
          reason: policy_exempt | reason: policy_exemt  | cases[0].expect.reason: "policy_exemt" is not known; did you mean "policy_exempt"?
          reason: policy_exempt | verdict: ok           | "ok" is not known; known here: verified,
          reason: policy_exempt | reasn: policy_exempt  | unknown field "reasn"; did you mean "reason"?
          reason: policy_exempt | outcome: admitted     | cases[0].expect.outcome: "admitted" is not known; known here: allowed, denied
          reason: policy_exempt | index: 3              | cases[0].expect.index: 3 is out of range; use a whole number from 0 to 2
          reason: policy_exempt | digest: "sha256:ab"   | cases[0].expect.digest: "sha256:ab" is not a digest; write sha256: and 64
          reason: policy_exempt | reason: signature_valid, verdict: exempt | reason signature_valid never has the verdict exempt; write verdict: verified
          validator: allow      | validator: alow       | validator "alow" is not configured; did you mean "allow"?
          validator: allow      | validator: []         | cases[0].expect.validator: is empty
          image: nginx          | image: nginx, trust: {allow: {reason: overload}} | validator "allow" is static and looks nothing up
          image: nginx          | image: nginx, trust: {alow: {unsigned: true}} | unknown field "alow"; did you mean "allow"?
          image: nginx          | image: nginx, namespace: Shop | "Shop" is not the name of a namespace
          image: nginx          | image: nginx, kind: pod | cases[0].kind: "pod" is not known; did you mean "Pod"?
          image: nginx          | image: nginx, endpoint: admit | cases[0].endpoint: "admit" is not known; use one of mutate, validate
          image: nginx          | image: nginx, image: nginx | field "image" stands twice
          config: assayer.yaml  | config: none.yaml     | none.yaml: does not exist
          """)
  void aMistakeNamesFieldValueAndRemedyAndNothingRuns(String from, String to, String message) {
    String flow =
        PASSES
            .replace("\n    image: nginx\n    expect:", ", image: nginx, expect:")
            .replace("- name: library images are approved", "- {name: a")
            .replace("validator: allow}\n", "validator: allow}}\n")
            .replace("  - name", "  - {name");
    Cli.Ran ran =
        test(
            file(
                flow.replace(
                    from.replace("\\n", "\n").strip() + (from.contains("\\n") ? "\n" : ""), to)));
    assertThat(ran.code()).as(ran.out() + ran.err()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains(message);
  }

  @Test
  void whatIsStubbedIsReadStrictlyToo() {
    TestFiles.write(
        folder,
        "assayer.yaml",
        """
        apiVersion: assayer.dev/v1
        validators:
          - {name: n, type: notaryV1, host: n.invalid, trustRoots: [{name: r, keyFile: %s}]}
          - {name: c, type: cosign, trustRoots: []}
        policy: [{pattern: "*:*", validator: n}]
        """
            .formatted(Path.of("docs/examples/policy/default.pub").toAbsolutePath()));
    String digest = "sha256:" + "1".repeat(64);
    String[][] table = {
      {"n: {}", "cases[0].trust.n: does not say what is found; write digest, delegations"},
      {"n: {unsigned: false}", "does not say what is found"},
      {"n: {unsigned: true, digest: '" + digest + "'}", "is unsigned and signed; keep one"},
      {"n: {reason: overload, unsigned: true}", "has reason and more"},
      {"n: {reason: signature_valid}", "cases[0].trust.n.reason: \"signature_valid\" is not known"},
      {"n: {reason: policy_exempt}", "\"policy_exempt\" is not known"},
      {"n: {delegations: {Lou: '" + digest + "'}}", "\"Lou\" is not the name of a delegation"},
      {"n: {delegations: {a: '" + digest + "', targets/a: '" + digest + "'}}", "stands twice"},
      {"n: {delegations: {a: 'x'}}", "cases[0].trust.n.delegations.a: \"x\" is not a digest"},
      {"n: {delegations: {}}", "names no delegation; write unsigned: true instead"},
      {"n: {digest: '" + digest + "', trustRoots: [q]}", "has no trust root \"q\""},
      {"n: {digest: '" + digest + "', keys: [q]}", "unknown field \"keys\""},
      {"c: {delegations: {a: '" + digest + "'}}", "unknown field \"delegations\""},
      {"c: {digest: '" + digest + "', trustRoots: [q]}", "unknown field \"trustRoots\""},
      {"n: signed", "must be a mapping, not a string"},
    };
    for (String[] row : table) {
      Cli.Ran ran =
          test(
              file(
                  HEAD
                      + "cases: [{name: a, image: x, trust: {"
                      + row[0]
                      + "}, expect: {outcome: denied}}]"));
      assertThat(ran.code()).as(row[0]).isEqualTo(2);
      assertThat(ran.err()).as(row[0]).contains(row[1]);
    }
  }

  @Test
  void aFileThatIsNoneIsRefusedByName() throws IOException {
    assertThat(test(folder + "/none.yaml").err()).contains("none.yaml: does not exist;");
    assertThat(test(folder.toString()).code()).isEqualTo(2);
    assertThat(test().code()).isEqualTo(2);
    assertThat(test().err()).contains("Missing required parameter: 'FILE'");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0});
    assertThat(test(binary.toString()).err()).contains("is not UTF-8 text");
    for (String text : List.of("", "[]", "x", "a: b", "\ufeffa: b", HEAD, HEAD + "cases: []")) {
      Cli.Ran ran = test(file(text));
      assertThat(ran.code()).as(text).isEqualTo(2);
      assertThat(ran.err()).contains("tests.yaml:").doesNotContain("internal error");
    }
    assertThat(test(file(HEAD + "cases: []")).err()).contains("cases: holds no case; add one");
  }

  @Test
  void theErrorsOfAllFilesAreToldBeforeAnythingRuns() {
    String bad = TestFiles.write(folder, "bad.yaml", HEAD + "cases: 3");
    String worse = TestFiles.write(folder, "worse.yaml", HEAD + "cases: [{nme: x}]");
    Cli.Ran ran = test(file(PASSES), bad, worse);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("bad.yaml:4:", "worse.yaml:4:");
  }
}
