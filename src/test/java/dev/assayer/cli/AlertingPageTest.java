package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.AlertReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/alerting.md shows works as it stands there. */
class AlertingPageTest {
  private static final Path PAGE = Path.of("docs/alerting.md");

  @TempDir Path dir;

  /** The blocks of a language, in order. */
  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (inside && line.equals("```")) {
        blocks.add(block.toString());
        block.setLength(0);
        inside = false;
      } else if (inside) {
        block.append(line).append('\n');
      } else {
        inside = line.equals("```" + language);
      }
    }
    return blocks;
  }

  @Test
  void everyCommandRunsOnTheConfigurationAndTheTemplateOfThePage() throws IOException {
    Files.createDirectories(dir.resolve("secrets"));
    Files.createDirectories(dir.resolve("templates"));
    TestFiles.write(dir, "templates/own.json", blocks("json").getFirst());
    TestFiles.write(dir, "assayer.yaml", TestFiles.STATIC + blocks("yaml").getFirst());
    try (AlertReceiver receiver = AlertReceiver.plain()) {
      for (String secret : List.of("slack-url", "pagerduty-url", "collector-url")) {
        TestFiles.write(dir, "secrets/" + secret, receiver.url() + "\n");
      }
      TestFiles.write(dir, "secrets/pagerduty-key", "k".repeat(32) + "\n");
      TestFiles.write(dir, "secrets/collector-token", "Bearer t0ken\n");
      List<String> commands =
          blocks("sh").stream().flatMap(String::lines).filter(line -> !line.isBlank()).toList();
      assertThat(commands).hasSize(4);
      for (String command : commands) {
        String[] words = command.replace("assayer.yaml", dir + "/assayer.yaml").split(" ");
        assertThat(words[0]).isEqualTo("assayer");
        Cli.Ran ran = new Cli().run(java.util.Arrays.copyOfRange(words, 1, words.length));
        assertThat(ran.code()).as(command + "\n" + ran.out() + ran.err()).isEqualTo(0);
      }
      assertThat(receiver.got()).hasSize(2);
      assertThat(receiver.got().getLast().headers()).containsEntry("Authorization", "Bearer t0ken");
      assertThat(receiver.bodies().getLast())
          .contains("\"urgent\":\"no\"", "\"where\":\"staging-eu/assayer-test\"", "\"count\":1")
          .contains("\"labels\":{\"team\":\"shop\"}");
    }
  }
}
