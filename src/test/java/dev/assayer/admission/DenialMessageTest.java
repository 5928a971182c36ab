package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.createPod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.decision.TraceRef;
import dev.assayer.json.Json;
import dev.assayer.json.JsonText;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationResult.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DenialMessageTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";

  @Test
  void aDenialNamesImageReasonStepsRecordAndTrace() {
    FakeValidator slow =
        new FakeValidator(
            "default",
            "notary.example.com",
            (request, stages, deadline) -> {
              try (StageLog.Span span = stages.begin("timestamp", "notary.example.com")) {
                pause();
                span.note("504");
              }
              return new Refused(Reason.UPSTREAM_ERROR, "notary.example.com answered 504.");
            });
    AdmissionRig rig = new AdmissionRig(RULE, slow);
    ReviewAnswer answer =
        rig.assayer.review(
            AdmissionRig.bytes(createPod("acme/app:1.4")),
            Deadline.after(Duration.ofMillis(9500)),
            "mutate",
            "anonymous",
            Optional.of(new TraceRef("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")));
    ReviewAnswer.Answered answered = (ReviewAnswer.Answered) answer;
    String text = new String(answered.response(), StandardCharsets.UTF_8);
    assertThat(text)
        .containsPattern(
            "assayer: denied docker.io/acme/app:1.4 \\[upstream_error\\] notary.example.com answered"
                + " 504 \\(budget 9.5 s: timestamp \\d+ ms\\); try again"
                + " \\(dependency notary.example.com\\). See docs/reasons.md#upstream_error."
                + " Record "
                + answered.decision().recordId()
                + ", trace 4bf92f3577b34da6a3ce929d0e0e4736\"");
    assertThat(answered.decision().trace().map(TraceRef::spanId)).contains("00f067aa0ba902b7");
    assertThat(text).contains("\"code\":503").contains("\"reason\":\"ServiceUnavailable\"");
  }

  @Test
  void hundredsOfBadImagesAreCountedWhereAScreenEnds() {
    AdmissionRig rig = AdmissionRig.signing();
    String[] images = new String[400];
    for (int i = 0; i < images.length; i++) {
      images[i] = "registry.example/unsigned-" + i + ":1";
    }
    String message = rig.review(createPod(images)).message();
    assertThat(message)
        .hasSizeLessThan(17 << 10)
        .contains("unsigned-0:1", " more, see the record.");
    assertThat(message).doesNotContain("unsigned-399:1");
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonIsAnsweredWithItsVerdictsStatusAndLink(Reason reason) {
    if (reason.verdict().admits()) {
      return;
    }
    AdmissionRig.Outcome outcome = saying(reason, "why");
    assertThat(outcome.code()).isEqualTo(reason.verdict().status());
    assertThat(outcome.message())
        .contains("[" + reason.code() + "] why")
        .contains("docs/reasons.md#" + reason.code());
    boolean noProof = reason.verdict().status() >= 500;
    assertThat(outcome.message().contains("try again")).isEqualTo(noProof);
    assertThat(outcome.annotation("reason")).isEqualTo(reason.code());
    assertThat(outcome.annotation("record-id")).isEqualTo(outcome.decision().recordId());
  }

  @Test
  @DisplayName("ADM-15 an error text of 1 MiB with control characters")
  void aHugeDetailIsCutAndEscaped() {
    String detail = "a\u001b[2J\r\n\u202etxt" + "x".repeat(1 << 20);
    AdmissionRig.Outcome outcome = saying(Reason.UPSTREAM_MALFORMED, detail);
    assertThat(outcome.message()).hasSizeLessThanOrEqualTo(1024);
    assertThat(outcome.message().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    assertThat(outcome.message()).contains("a\\u{1b}[2J\\u{d}\\u{a}\\u{202e}txt");
    assertThat(outcome.message()).contains("Record " + outcome.decision().recordId());
  }

  @Test
  @DisplayName("ADM-15 many stages, a long name and a long detail at once")
  void theMessageOfOneImageFitsOneKibibyteWhateverItHolds() {
    FakeValidator wordy =
        new FakeValidator(
            "default",
            "h".repeat(250),
            (request, stages, deadline) -> {
              for (int i = 0; i < 100; i++) {
                stages.begin("s" + i + "\u202e".repeat(30), "host").note("open");
              }
              return new Refused(Reason.DELEGATION_NOT_AUTHORISED, "d".repeat(2000));
            });
    String name = "r.example/" + "p".repeat(240) + ":" + "t".repeat(128);
    AdmissionRig.Outcome outcome = new AdmissionRig(RULE, wordy).review(createPod(name));
    assertThat(outcome.message()).hasSizeLessThanOrEqualTo(1024).contains("Record ");
    AdmissionRig.Outcome invalid = AdmissionRig.signing().review(createPod("\u202e".repeat(5000)));
    assertThat(invalid.message()).hasSizeLessThanOrEqualTo(1024).contains("Record ");
  }

  @Test
  void allBadImagesAreNamedAndOneRecord() {
    String[] images = new String[40];
    for (int i = 0; i < images.length; i++) {
      images[i] = "team/unsigned-" + i + ":1";
    }
    AdmissionRig.Outcome outcome = AdmissionRig.signing().review(createPod(images));
    for (int i = 0; i < images.length; i++) {
      assertThat(outcome.message()).contains("denied docker.io/team/unsigned-" + i + ":1 [");
    }
    assertThat(outcome.message().lines()).hasSize(40);
    assertThat(outcome.message().split("Record ", -1)).hasSize(2);
  }

  @Test
  void theListOfDigestsFitsItsAnnotation() {
    String[] images = new String[60];
    for (int i = 0; i < images.length; i++) {
      images[i] = "app-" + i + ":1";
    }
    AdmissionRig.Outcome outcome = AdmissionRig.signing().review(createPod(images));
    assertThat(outcome.annotation("digests"))
        .hasSizeBetween(900, 1024)
        .startsWith("c0=sha256:")
        .matches(".*,\\+\\d+");
  }

  @ParameterizedTest
  @DisplayName("JSN-08 lone surrogate, NUL, bidi override, zero-width joiner, look-alike letter")
  @ValueSource(
      strings = {
        "app\\ud800:1",
        "app\\u0000:1",
        "app\\u202e:1",
        "app\\u200d:1",
        "\\u0430pp:1",
        "app\\ud83d\\ude00"
      })
  void charactersThatDeceiveAreDeniedAndShownEscaped(String image) {
    AdmissionRig.Outcome outcome = AdmissionRig.signing().review(createPod(image));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.REFERENCE_INVALID);
    assertThat(outcome.message().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    String shown = JsonText.compact(Json.of(outcome.image(0).requested()));
    assertThat(shown.replace("\u0430", "").chars()).allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private static AdmissionRig.Outcome saying(Reason reason, String detail) {
    return new AdmissionRig(RULE, FakeValidator.saying("default", new Refused(reason, detail)))
        .review(createPod("app:1"));
  }
}
