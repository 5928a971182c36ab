package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.POD;
import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.AdmissionRig.creating;
import static dev.assayer.admission.AdmissionRig.pod;
import static dev.assayer.admission.AdmissionRig.updating;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.audit.DecisionRecord;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final Duration BOUND = Duration.ofSeconds(5);
  private final FakeValidator validator = FakeValidator.signing("default");
  private final AdmissionRig rig = new AdmissionRig("policy: [{pattern: '*:*'}]", validator);

  private static String[] images(int count) {
    String[] images = new String[count];
    Arrays.setAll(images, i -> "app-" + i + ":1");
    return images;
  }

  @Test
  @DisplayName("JSN-09 512 images are verified")
  void theLimitItselfIsFine() {
    AdmissionRig.Outcome outcome = rig.review(createPod(images(512)));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.patch()).hasSize(512);
  }

  @Test
  @DisplayName("JSN-09 513 and 1,000 containers in one pod")
  void moreImagesAreDeniedWithoutAskingAnybody() {
    for (int count : new int[] {513, 1000}) {
      AdmissionRig.Outcome outcome = rig.review(createPod(images(count)));
      assertThat(outcome.allowed()).isFalse();
      assertThat(outcome.reason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(outcome.code()).isEqualTo(503);
      assertThat(outcome.message()).contains("512");
    }
    assertThat(validator.asked).isEmpty();
  }

  @Test
  @DisplayName("JSN-09 images inside an unknown kind count too")
  void unknownKindsHaveTheSameLimit() {
    String kind = "'group':'x.example','version':'v1','kind':'Many'";
    assertThat(rig.review(creating(kind, pod(images(600)))).reason()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void tensOfThousandsOfUnchangedImagesCostNoDecisionEach() {
    String many = pod(images(20_000));
    String oneMore = pod(images(20_001));
    for (String kind : new String[] {POD, "'group':'x.example','version':'v1','kind':'Many'"}) {
      AdmissionRig.Outcome same = rig.review(updating(kind, many, many));
      assertThat(same.allowed()).isTrue();
      assertThat(same.reason()).isEqualTo(Reason.UNCHANGED);
      assertThat(same.decision().images()).hasSize(512);
    }
    assertThat(validator.asked).isEmpty();

    AdmissionRig.Outcome grown = rig.review(updating(POD, oneMore, many));
    assertThat(grown.decision().images()).hasSize(513);
    assertThat(grown.image(512).requested()).isEqualTo("app-20000:1");
    assertThat(grown.patch()).hasSize(1);
    assertThat(grown.patch().getFirst().toString()).contains("/spec/containers/20000/image");
    assertThat(validator.asked).hasSize(1);
  }

  @Test
  void namesOfMegabytesDoNotGoIntoTheRecord() {
    String mega = "a/".repeat(500_000);
    String object =
        "{'metadata':{'name':'"
            + mega
            + "'},'spec':{'containers':[{'name':'"
            + mega
            + "','image':'"
            + mega
            + "'}]}}";
    AdmissionRig.Outcome outcome = rig.review(creating(POD, object));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.REFERENCE_INVALID);
    assertThat(outcome.image(0).requested()).startsWith("a/a/").endsWith("(1000000 characters)");
    assertThat(DecisionRecord.line(outcome.decision())).hasSizeLessThan(8192);
  }

  @Test
  @DisplayName("JSN-09 colliding keys, 10,000 env entries, bounded in time")
  void hostileShapesAreDecidedInTime() {
    StringBuilder env = new StringBuilder("{'name':'E','value':'v'}");
    for (int i = 1; i < 10_000; i++) {
      env.append(",{'name':'E").append(i).append("','value':'v'}");
    }
    String big = "{'spec':{'containers':[{'name':'a','image':'app:1','env':[" + env + "]}]}}";
    long before = System.nanoTime();
    assertThat(rig.review(creating(POD, big)).allowed()).isTrue();
    assertThat(elapsed(before)).isLessThan(BOUND);

    StringBuilder colliding = new StringBuilder("'x':1");
    for (int i = 0; i < 1 << 14; i++) {
      colliding.append(",'").append(colliding(i)).append("':1");
    }
    String labels = pod("app:1").replace("'name':'cart'", "'labels':{" + colliding + "}");
    before = System.nanoTime();
    assertThat(rig.review(creating(POD, labels)).allowed()).isTrue();
    assertThat(elapsed(before)).isLessThan(BOUND);

    StringBuilder over = new StringBuilder(colliding);
    for (int i = 0; i < 300_000; i++) {
      over.append(",'k").append(i).append("':1");
    }
    before = System.nanoTime();
    assertThat(rig.refused(creating(POD, "{'metadata':{" + over + "}}")).refusal())
        .isIn(Refusal.BAD_JSON, Refusal.BODY_TOO_LARGE);
    assertThat(elapsed(before)).isLessThan(BOUND);
  }

  /** Words of {@code Aa} and {@code BB}, which all have one hash code. */
  private static String colliding(int number) {
    StringBuilder word = new StringBuilder();
    for (int bit = 0; bit < 14; bit++) {
      word.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return word.toString();
  }

  @Test
  void aLongNameAboveManyTemplatesCostsNoTime() {
    StringBuilder list = new StringBuilder("{'image':''}");
    for (int i = 0; i < 40_000; i++) {
      list.append(",{'containers':[{'image':''}]}");
    }
    String object = "{'" + "k".repeat(1 << 20) + "':[" + list + "]}";
    long before = System.nanoTime();
    String kind = "'group':'x.example','version':'v1','kind':'Deep'";
    assertThat(rig.review(creating(kind, object)).reason()).isEqualTo(Reason.NO_IMAGES);
    assertThat(elapsed(before)).isLessThan(BOUND);
  }

  private static Duration elapsed(long since) {
    return Duration.ofNanos(System.nanoTime() - since);
  }
}
