package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.PolicySuite;
import dev.assayer.config.PolicySuiteLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/policy-tests.md does what it says. */
class PolicyTestsPageTest {
  private static final String PAGE = "policy-tests.md";

  @TempDir private Path folder;

  @Test
  void everyCommandPrintsWhatThePageShows() {
    List<DocumentedCommands.Shown> commands = DocumentedCommands.of(PAGE);
    assertThat(commands).hasSize(2);
    for (DocumentedCommands.Shown shown : commands) {
      Cli.Ran ran = new Cli().run(shown.words().toArray(String[]::new));
      assertThat(ran.err()).isEmpty();
      assertThat(ran.lines()).containsExactlyElementsOf(shown.output());
      assertThat(ran.code()).isEqualTo(ran.out().contains("FAIL") ? 1 : 0);
    }
  }

  @Test
  void everyCommandOfThePipelinesPasses() {
    List<List<String>> commands = DocumentedCommands.inPipelines(PAGE);
    assertThat(commands).hasSize(4);
    for (List<String> words : commands) {
      String[] args =
          words.stream()
              .map(word -> word.equals("policy.xml") ? folder.resolve(word).toString() : word)
              .toArray(String[]::new);
      Cli.Ran ran = new Cli().run(args);
      assertThat(ran.code()).as(words + ran.out() + ran.err()).isZero();
    }
    assertThat(folder.resolve("policy.xml")).content().contains("<testcase name=");
  }

  @Test
  void theFileOnThePageIsOne() throws IOException {
    String page = Files.readString(Path.of("docs", PAGE));
    String start = "```yaml\n";
    int from = page.indexOf(start) + start.length();
    String yaml =
        page.substring(from, page.indexOf("```", from))
            .replace(
                "assayer.yaml ",
                Path.of("docs/examples/policy/assayer.yaml").toAbsolutePath() + " ");
    String file = TestFiles.write(folder, "tests.yaml", yaml);
    assertThat(new Cli().run("policy", "test", file).code()).isZero();
  }

  @Test
  void everyFieldStandsInATable() throws IOException {
    String tables =
        Files.readAllLines(Path.of("docs", PAGE)).stream()
            .filter(line -> line.startsWith("| `"))
            .collect(Collectors.joining("\n"));
    // The reader's own words for what it knows come with an unknown field.
    String file =
        TestFiles.write(
            folder,
            "tests.yaml",
            """
            apiVersion: assayer.dev/v1
            kind: PolicyTest
            config: %s
            cases: [{zzzzzzzz: 1, trust: {default: {zzzzzzzz: 1}}, expect: {zzzzzzzz: 1}}]
            """
                .formatted(Path.of("docs/examples/policy/assayer.yaml").toAbsolutePath()));
    var result = new PolicySuiteLoader().load(Path.of(file), Optional.empty(), Optional.empty());
    List<String> known =
        ((PolicySuite.Result.Refused) result)
            .errors().stream()
                .filter(error -> error.remedy().startsWith("known here: "))
                .flatMap(error ->
                    List.of(error.remedy().substring("known here: ".length()).split(", ", -1))
                        .stream())
                .toList();
    assertThat(known).hasSizeGreaterThan(18);
    assertThat(known).allSatisfy(name -> assertThat(tables).contains("`" + name));
  }
}
