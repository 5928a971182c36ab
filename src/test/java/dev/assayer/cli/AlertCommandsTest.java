package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.AlertReceiver;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertCommandsTest {
  @TempDir Path dir;
  private final AlertReceiver receiver = AlertReceiver.plain();

  @AfterEach
  void close() {
    receiver.close();
  }

  private String config(String url, String more) {
    return TestFiles.write(
        dir,
        "assayer.yaml",
        TestFiles.STATIC
            + "cluster: staging-eu\nalerting:\n  reject: {receivers: [{template: slack, url: '"
            + url
            + "'"
            + more
            + "}]}\n  admit: {receivers: [{template: pagerduty, url: '"
            + url
            + "'}]}\n");
  }

  private Cli.Ran test(String config, String... more) {
    String[] args = {"alert", "test", "reject-slack", "--config", config};
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return new Cli().run(all);
  }

  @Test
  void aSampleThatSaysSoIsSentOnceAndTheAnswerShown() {
    receiver.answering(200, "ok");
    Cli.Ran ran = test(config(receiver.url().toString(), ", payloadFields: {channel: x}"));
    assertThat(ran.code()).as(ran.err()).isEqualTo(0);
    assertThat(ran.out())
        .containsPattern("^receiver reject-slack: delivered, status 200 after [0-9.]+ m?s: ok\n$");
    assertThat(receiver.bodies())
        .singleElement()
        .asString()
        .contains("TEST of receiver reject-slack, nothing happened.", "staging-eu", "\"channel\"");
  }

  @Test
  void aRefusalIs1AndWhatRepeatsTheAddressOrAHeaderIsWithheld() {
    receiver.answering(
        403,
        "no access for "
            + AlertReceiver.TOKEN
            + " with s3cr3t-token at "
            + receiver.url()
            + "\u001b[31m");
    Cli.Ran ran =
        test(
            config(receiver.url().toString(), ", headers: {Authorization: Bearer s3cr3t-token}"),
            "-o",
            "json");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.objects()).hasSize(1);
    assertThat(Cli.text(ran.objects().getFirst(), "result")).isEqualTo("refused");
    assertThat(Cli.text(ran.objects().getFirst(), "said"))
        .isEqualTo("no access for *** with *** at ***\\u{1b}[31m");
    assertThat(ran.out() + ran.err())
        .doesNotContain(AlertReceiver.TOKEN, "s3cr3t-token", "hook", "localhost");
  }

  @Test
  void aRedirectIsARefusal() {
    receiver.answering(302, "", "Location", "http://elsewhere.example/");
    Cli.Ran ran = test(config(receiver.url().toString(), ""));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("refused, status 302").doesNotContain("elsewhere");
  }

  @Test
  void anUnknownReceiverIs2AndThoseThatThereAreAreNamed() {
    Cli.Ran ran =
        new Cli().run("alert", "test", "slack", "--config", config(receiver.url().toString(), ""));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .isEqualTo(
            "assayer: there is no receiver \"slack\"; there are admit-pagerduty, reject-slack\n");
    assertThat(receiver.got()).isEmpty();
  }

  @Test
  void noAnswerIs3AndNamesNoAddress() throws IOException {
    int closed;
    try (ServerSocket free = new ServerSocket(0)) {
      closed = free.getLocalPort();
    }
    Cli.Ran ran = test(config("http://localhost:" + closed + "/hook/T0KEN-x", ""));
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out() + ran.err())
        .contains("no answer after")
        .doesNotContain("T0KEN", "localhost", Integer.toString(closed));
    receiver.holding();
    Cli.Ran late = test(config(receiver.url().toString(), ""), "--timeout", "200ms");
    assertThat(late.code()).isEqualTo(3);
    assertThat(late.out()).contains("did not answer within");
  }

  @Test
  void anAddressFileThatIsMissingIs2() {
    String config =
        TestFiles.write(
            dir,
            "assayer.yaml",
            TestFiles.STATIC
                + "alerting: {reject: {receivers: [{template: slack, urlFile: nowhere}]}}\n");
    Cli.Ran ran = test(config);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).contains("not sent: a file of urlFile cannot be read");
  }

  @Test
  void renderShowsThePayloadAndSendsNothing() {
    Cli.Ran ran =
        new Cli()
            .run(
                "alert",
                "render",
                "admit-pagerduty",
                "-o",
                "json",
                "--config",
                config(receiver.url().toString(), ""));
    assertThat(ran.code()).as(ran.err()).isEqualTo(0);
    assertThat(Cli.text(ran.objects().getFirst(), "event_action")).isEqualTo("trigger");
    assertThat(receiver.got()).isEmpty();
  }

  @Test
  void configCheckFindsAMistakeInATemplate() throws IOException {
    Files.writeString(dir.resolve("mine.json"), "{\"text\": \"{% if %}\"}");
    String config =
        TestFiles.write(
            dir,
            "assayer.yaml",
            TestFiles.STATIC
                + "alerting: {templates: ., reject: {receivers: [{template: mine, urlFile: u}]}}\n");
    Cli.Ran ran = new Cli().run("config", "check", config);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).contains("mine.json: error: $.text: cannot be read: ");
    assertThat(new Cli().run("alert", "test", "reject-mine", "--config", config).code())
        .isEqualTo(2);
  }
}
