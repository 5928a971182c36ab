package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.AdmissionRig.creating;
import static dev.assayer.admission.AdmissionRig.pod;
import static dev.assayer.admission.AdmissionRig.updating;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.validation.ValidationResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to have an image judged under a laxer rule than its own, or not at all. */
class BypassAttemptsTest {
  private static final String EXEMPT_HUB =
      """
      policy:
        - {pattern: '*:*', validator: forbid}
        - {pattern: 'docker.io/library/*:*', verify: false}
        - {pattern: 'lab.io/*:*', validator: ci, namespaces: [lab]}
      """;

  @ParameterizedTest
  @ValueSource(ints = {32, 63, 64})
  void anImageIdOfTheNodeIsNotExemptAsAnOfficialImage(int digits) {
    try (AdmissionRig rig = new AdmissionRig(EXEMPT_HUB)) {
      assertThat(rig.review(createPod("sha256:1.0")).reason()).isEqualTo(Reason.POLICY_EXEMPT);
      AdmissionRig.Outcome outcome = rig.review(createPod("sha256:" + "a".repeat(digits)));
      assertThat(outcome.allowed()).isFalse();
      assertThat(outcome.reason()).isEqualTo(Reason.REFERENCE_INVALID);
      assertThat(outcome.message()).contains("image id");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EVIL/nginx:1",
        "evil:443/nginx:1",
        "library:443/nginx:1",
        "docker.io.evil.test/library/nginx:1",
        "evil.test/docker.io/library/nginx:1",
        "registry-1.docker.io/library/nginx:1",
        "docker.io:5000/library/nginx:1",
      })
  void aForeignRegistryIsNotExemptAsDockerHub(String image) {
    try (AdmissionRig rig = new AdmissionRig(EXEMPT_HUB)) {
      assertThat(rig.review(createPod(image)).allowed()).isFalse();
    }
  }

  @Test
  void theNamespaceIsTheRequestsNotTheOneThatTheObjectClaims() {
    try (AdmissionRig rig = new AdmissionRig(EXEMPT_HUB, FakeValidator.signing("ci"))) {
      String claimed =
          "{'metadata':{'name':'a','namespace':'lab'},"
              + "'spec':{'containers':[{'name':'a','image':'lab.io/app:1'}]}}";
      String review = creating(AdmissionRig.POD, claimed);
      assertThat(rig.review(review).reason()).isEqualTo(Reason.DENIED_BY_POLICY);
      assertThat(rig.review(review.replace("'namespace':'shop'", "'namespace':'lab'")).reason())
          .isEqualTo(Reason.SIGNATURE_VALID);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'group':'','version':'v1','kind':'ConfigMap'",
        "'group':'','version':'v1','kind':'pod'",
        "'group':'core','version':'v1','kind':'Pod'",
        "'group':'apps','version':'v1','kind':'Pod'",
      })
  void aPodUnderAnotherKindIsLookedInto(String kind) {
    try (AdmissionRig rig = AdmissionRig.signing()) {
      AdmissionRig.Outcome outcome = rig.review(creating(kind, pod("unsigned:1")));
      assertThat(outcome.allowed()).isFalse();
      assertThat(outcome.reason()).isEqualTo(Reason.DENIED_BY_POLICY);
    }
  }

  @Test
  void anImageIsNewIfItsContainerStoodTwiceInTheStoredObject() {
    try (AdmissionRig rig = AdmissionRig.signing()) {
      String twice =
          "{'spec':{'containers':[{'name':'c0','image':'unsigned:1'},"
              + "{'name':'c0','image':'unsigned:1'}]}}";
      assertThat(rig.review(updating(AdmissionRig.POD, pod("unsigned:1"), twice)).reason())
          .isEqualTo(Reason.TAG_NOT_SIGNED);
    }
  }

  @Test
  @Timeout(20)
  void anAnswerUnderWayForALaxerRuleIsNotSharedWithAStricterOne() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    FakeValidator lax =
        new FakeValidator(
            "ci",
            "ci.example",
            (request, stages, deadline) -> {
              asked.countDown();
              await(release);
              return FakeValidator.trusted(FakeValidator.sha256("lax"));
            });
    FakeValidator strict =
        FakeValidator.saying(
            "default", new ValidationResult.Refused(Reason.UNSIGNED, "nobody signed it"));
    String policy =
        "policy: [{pattern: '*:*', validator: ci, namespaces: [lab]}, {pattern: '*:*'}]";
    try (AdmissionRig rig = new AdmissionRig(policy, lax, strict)) {
      String inShop = createPod("app:1");
      String inLab = inShop.replace("'namespace':'shop'", "'namespace':'lab'");
      CompletableFuture<AdmissionRig.Outcome> first =
          CompletableFuture.supplyAsync(() -> rig.review(inLab));
      await(asked);
      assertThat(rig.review(inShop).reason()).isEqualTo(Reason.UNSIGNED);
      release.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS).reason()).isEqualTo(Reason.SIGNATURE_VALID);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
