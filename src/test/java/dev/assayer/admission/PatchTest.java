package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.POD;
import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.AdmissionRig.creating;
import static dev.assayer.admission.AdmissionRig.object;
import static dev.assayer.admission.AdmissionRig.pod;
import static dev.assayer.admission.FakeValidator.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.image.Digest;
import dev.assayer.json.Json;
import dev.assayer.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchTest {
  private static final String DEPLOYMENT = "'group':'apps','version':'v1','kind':'Deployment'";
  private static final String TEMPLATE =
      "{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'signed:1'}]}}}}";

  private final AdmissionRig rig = AdmissionRig.signing();

  @Test
  void theTagStaysAndTheDigestIsAdded() {
    AdmissionRig.Outcome outcome = rig.review(createPod("nginx"));
    Digest digest = FakeValidator.signed("docker.io/library/nginx", Optional.of("latest"));
    assertThat(outcome.patch())
        .containsExactly(
            object(
                "{'op':'replace','path':'/spec/containers/0/image','value':"
                    + "'docker.io/library/nginx:latest@"
                    + digest
                    + "'}"));
    assertThat(outcome.image(0).patched()).isTrue();
    assertThat(outcome.response().get("patchType")).contains(Json.of("JSONPatch"));
    assertThat(outcome.annotation("digests")).isEqualTo("c0=" + digest);
  }

  @Test
  void equalImagesAreVerifiedOnceAndPatchedEverywhere() {
    FakeValidator fake = FakeValidator.signing("default");
    AdmissionRig counting = new AdmissionRig("policy: [{pattern: '*:*'}]", fake);
    AdmissionRig.Outcome outcome =
        counting.review(createPod("nginx", "docker.io/library/nginx:latest", "nginx", "other"));
    assertThat(fake.asked).hasSize(2);
    assertThat(outcome.patch()).hasSize(4);
    assertThat(outcome.image(1).requested()).isEqualTo("docker.io/library/nginx:latest");
  }

  @Test
  void aDeniedReviewHasNoPatch() {
    AdmissionRig.Outcome outcome = rig.review(createPod("signed:1", "unsigned:1"));
    assertThat(outcome.patch()).isEmpty();
    assertThat(outcome.response().has("patchType")).isFalse();
    assertThat(outcome.image(0).patched()).isFalse();
    assertThat(outcome.image(0).verdict()).isEqualTo(Verdict.VERIFIED);
  }

  @ParameterizedTest
  @CsvSource({"workloads, 1, 1", "pods, 1, 0", "none, 0, 0"})
  void mutationSaysWhichKindsArePinned(String mutation, int ofPod, int ofDeployment) {
    AdmissionRig limited =
        new AdmissionRig(
            "mutation: " + mutation + "\npolicy: [{pattern: '*:*'}]",
            FakeValidator.signing("default"));
    assertThat(limited.review(createPod("signed:1")).patch()).hasSize(ofPod);
    AdmissionRig.Outcome owner = limited.review(creating(DEPLOYMENT, TEMPLATE));
    assertThat(owner.patch()).hasSize(ofDeployment);
    assertThat(owner.reason()).isEqualTo(Reason.SIGNATURE_VALID);
    AdmissionRig.Outcome bad =
        limited.review(creating(DEPLOYMENT, TEMPLATE.replace("signed", "unsigned")));
    assertThat(bad.allowed()).isFalse();
  }

  @Test
  void theFinalObjectMustBePinnedAndIsNeverPatched() {
    AdmissionRig.Outcome loose = rig.review(createPod("signed:1"), "validate");
    assertThat(loose.allowed()).isFalse();
    assertThat(loose.reason()).isEqualTo(Reason.NOT_PINNED);
    Digest digest = FakeValidator.signed("docker.io/library/signed", Optional.of("1"));
    AdmissionRig.Outcome pinned = rig.review(createPod("signed:1@" + digest), "validate");
    assertThat(pinned.allowed()).isTrue();
    assertThat(pinned.patch()).isEmpty();
    AdmissionRig unpinning =
        new AdmissionRig(
            "mutation: pods\npolicy: [{pattern: '*:*'}]", FakeValidator.signing("default"));
    assertThat(unpinning.review(creating(DEPLOYMENT, TEMPLATE), "validate").allowed()).isTrue();
    assertThat(unpinning.review(createPod("signed:1"), "validate").allowed()).isFalse();
  }

  @ParameterizedTest
  @DisplayName("JSN-11 patch metacharacters and quotes in names")
  @CsvSource({"a~1b", "a~0b", "'a/../b'", "'a\",\"op\":\"add'", "'a~1spec~1x'", "'a\\u0000'"})
  void metacharactersOfPatchesNeverReachOne(String name) {
    String written = JsonText.compact(Json.of(name)).replace("\\\\u", "\\u");
    String review = createPod("IMAGE").replace("'IMAGE'", written);
    AdmissionRig.Outcome inImage =
        rig.review(review.replace('\'', '"').replace("\"cart\"", "\"x\""));
    assertThat(inImage.allowed()).isFalse();
    assertThat(inImage.patch()).isEmpty();
    String named = createPod("signed:1").replace("'c0'", written);
    AdmissionRig.Outcome inName = rig.review(named.replace('\'', '"'));
    assertThat(inName.patch()).hasSize(1);
    assertThat(inName.patch().getFirst().toString()).contains("\"/spec/containers/0/image\"");
  }

  @Test
  @DisplayName("ADM-09 the patched object sent again, for 1,000 random pods")
  void thePatchYieldsTheVerifiedReferencesAndNothingElseAndIsIdempotent() {
    Random random = new Random(20_261_122);
    int patched = 0;
    for (int i = 0; i < 1000; i++) {
      Json pod = object(RandomPods.pod(random));
      AdmissionRig.Outcome first = rig.review(creating(POD, pod.toString()));
      assertThat(first.allowed()).as("%s", first.decision()).isTrue();
      Json after = JsonPatch.apply(first.patch(), pod);
      assertThat(RandomPods.images(after)).isEqualTo(expected(first));
      assertThat(RandomPods.blank(after)).isEqualTo(RandomPods.blank(pod));
      AdmissionRig.Outcome again = rig.review(creating(POD, after.toString()));
      assertThat(again.patch()).isEmpty();
      assertThat(again.reasons()).isEqualTo(first.reasons());
      assertThat(again.decision().images())
          .extracting(ImageDecision::digest)
          .isEqualTo(first.decision().images().stream().map(ImageDecision::digest).toList());
      patched += first.patch().size();
    }
    assertThat(patched).isGreaterThan(1000);
  }

  private static List<String> expected(AdmissionRig.Outcome outcome) {
    List<String> references = new ArrayList<>();
    for (ImageDecision image : outcome.decision().images()) {
      String name = image.normalised().orElseThrow();
      int at = name.indexOf('@');
      references.add((at < 0 ? name : name.substring(0, at)) + "@" + image.digest().orElseThrow());
    }
    return references;
  }

  @Test
  void aDigestAloneIsPinnedByItself() {
    AdmissionRig fixed =
        new AdmissionRig(
            "policy: [{pattern: '*:*'}]",
            FakeValidator.saying("default", FakeValidator.trusted(sha256("x"))));
    String pinned = "docker.io/library/app@" + sha256("x");
    AdmissionRig.Outcome outcome = fixed.review(creating(POD, pod("app@" + sha256("x"))));
    assertThat(outcome.patch().getFirst().toString()).contains("\"" + pinned + "\"");
    assertThat(fixed.review(createPod(pinned)).patch()).isEmpty();
  }
}
