package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.AlertingConfig.Custom;
import dev.assayer.config.AlertingConfig.Receiver;
import dev.assayer.config.AlertingConfig.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertTemplatesTest {
  @TempDir Path directory;
  private Path folder = Path.of("");

  @BeforeEach
  void makeTheFolder() throws IOException {
    folder = Files.createDirectory(directory.resolve("templates"));
  }

  private ConfigLoader.Snapshot load(String alerting) throws IOException {
    Path file = directory.resolve("assayer.yaml");
    Files.writeString(file, Loads.MINIMAL + "alerting:\n  templates: templates\n" + alerting);
    return new ConfigLoader().snapshot(file);
  }

  private static Config config(ConfigLoader.Snapshot snapshot) {
    if (snapshot.result() instanceof LoadResult.Loaded(Config config, var _)) {
      return config;
    }
    throw new AssertionError(snapshot.result().toString());
  }

  private static List<String> errors(ConfigLoader.Snapshot snapshot) {
    return snapshot.result() instanceof LoadResult.Refused(List<Finding> errors)
        ? errors.stream().map(Finding::text).toList()
        : List.of();
  }

  private static String receiver(String template) {
    return "  reject: {receivers: [{template: " + template + ", urlFile: url}]}\n";
  }

  @Test
  void anOwnTemplateIsReadFromTheFolder() throws IOException {
    Files.writeString(folder.resolve("mine.json"), "{\"text\": \"{{ alert_message }}\"}");
    Receiver receiver = config(load(receiver("mine"))).alerting().reject().getFirst();
    assertThat(receiver.template()).isInstanceOf(Custom.class);
    assertThat(((Custom) receiver.template()).content())
        .hasToString("{\"text\":\"{{ alert_message }}\"}");
    assertThat(receiver.name()).isEqualTo("reject-mine");
  }

  @Test
  void oneThatIsNamedAsAShippedOneStandsForItWithAWarning() throws IOException {
    assertThat(config(load(receiver("slack"))).alerting().reject().getFirst().template())
        .isEqualTo(new Shipped("slack"));
    Files.writeString(folder.resolve("slack.json"), "{}");
    ConfigLoader.Snapshot snapshot = load(receiver("slack"));
    assertThat(config(snapshot).alerting().reject().getFirst().template())
        .isInstanceOf(Custom.class);
    assertThat(((LoadResult.Loaded) snapshot.result()).findings())
        .extracting(Finding::text)
        .singleElement()
        .asString()
        .contains("stands for the template of this name that is shipped");
  }

  @Test
  void whatIsMissingOrNoJsonObjectIsRefusedWithFileAndPlace() throws IOException {
    assertThat(errors(load(receiver("mine"))))
        .singleElement()
        .asString()
        .contains(":7:", "templates/mine.json\" does not exist; add it, or use one of slack,");
    Files.writeString(folder.resolve("mine.json"), "{\"a\": \n!}");
    assertThat(errors(load(receiver("mine"))))
        .singleElement()
        .asString()
        .contains("templates/mine.json\" is not JSON: ", "line 2");
    Files.writeString(folder.resolve("mine.json"), "[]");
    assertThat(errors(load(receiver("mine"))))
        .singleElement()
        .asString()
        .contains("is not a JSON object");
    Files.writeString(folder.resolve("mine.json"), "{\"a\": \"" + "x".repeat(70_000) + "\"}");
    assertThat(errors(load(receiver("mine"))))
        .singleElement()
        .asString()
        .contains("over the limit of 65536");
  }

  @Test
  void aChangedTemplateIsSeenAndIsNotInThePolicyDigest() throws IOException {
    Files.writeString(folder.resolve("mine.json"), "{}");
    ConfigLoader.Snapshot before = load(receiver("mine"));
    assertThat(before.files().now()).isEqualTo(before.files());
    Files.writeString(folder.resolve("mine.json"), "{\"a\": 1}");
    assertThat(before.files().now()).isNotEqualTo(before.files());
    assertThat(config(load(receiver("mine"))).policyDigest())
        .isEqualTo(config(before).policyDigest());
  }

  @Test
  void aTemplateThatAppearsInPlaceOfAShippedOneIsSeen() throws IOException {
    ConfigLoader.Snapshot before = load(receiver("slack"));
    Files.writeString(folder.resolve("slack.json"), "{}");
    assertThat(before.files().now()).isNotEqualTo(before.files());
  }

  @Test
  void namesThatAreNotGivenAreMadeAndNeverMeetGivenOnes() throws IOException {
    String yaml =
        """
          admit:
            receivers:
              - {template: slack, urlFile: url}
          reject:
            receivers:
              - {template: slack, urlFile: url}
              - {template: slack, urlFile: url}
              - {template: slack, urlFile: url, name: reject-slack-2}
              - {template: slack, urlFile: url}
        """;
    assertThat(config(load(yaml)).alerting().receivers())
        .extracting(Receiver::name)
        .containsExactly(
            "admit-slack", "reject-slack", "reject-slack-3", "reject-slack-2", "reject-slack-4");
  }
}
