package dev.assayer.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.AlertingConfig.Category;
import dev.assayer.decision.Mode;
import dev.assayer.decision.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AlertedTest {
  private static final String APP = "docker.io/acme/app:1.4";

  @Test
  @DisplayName("ADM-08 of a dry run nobody is told, whatever its verdict")
  void nothingForADryRun() {
    assertThat(Alerted.of(Rig.of(Reason.TAG_NOT_SIGNED, Mode.ENFORCE, true, APP))).isEmpty();
    assertThat(Alerted.of(Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, true, APP))).isEmpty();
  }

  @Test
  void nothingWhereThereWasNothingToVerifyOrNothingNew() {
    assertThat(Alerted.of(Rig.of(Reason.NO_IMAGES, Mode.ENFORCE))).isEmpty();
    assertThat(Alerted.of(Rig.of(Reason.BEING_DELETED, Mode.ENFORCE, APP))).isEmpty();
    assertThat(Alerted.of(Rig.of(Reason.MIRROR_POD, Mode.ENFORCE, APP))).isEmpty();
    assertThat(Alerted.of(Rig.of(Reason.UNCHANGED, Mode.ENFORCE, APP, "b.example/c:1"))).isEmpty();
  }

  @Test
  void theVerdictGivesTheCategoryAndNotTheMode() {
    Alert denied = Alerted.of(Rig.denied(APP)).orElseThrow();
    assertThat(denied.category()).isEqualTo(Category.REJECT);
    assertThat(denied.sentence())
        .isEqualTo(
            "Denied CREATE of Pod shop/cart: " + APP + " [tag_not_signed] the tag is not signed.");
    Alert let = Alerted.of(Rig.of(Reason.TAG_NOT_SIGNED, Mode.DETECTION, APP)).orElseThrow();
    assertThat(let.category()).isEqualTo(Category.REJECT);
    assertThat(let.sentence())
        .startsWith("Admitted only because of mode detection, would have been denied: CREATE of");
    Alert admitted = Alerted.of(Rig.of(Reason.SIGNATURE_VALID, Mode.ENFORCE, APP)).orElseThrow();
    assertThat(admitted.category()).isEqualTo(Category.ADMIT);
    assertThat(admitted.sentence())
        .isEqualTo("Admitted CREATE of Pod shop/cart: " + APP + " [signature_valid].");
    assertThat(Alerted.of(Rig.of(Reason.POLICY_EXEMPT, Mode.ENFORCE, APP)).orElseThrow().category())
        .isEqualTo(Category.ADMIT);
  }

  @Test
  void aReviewThatWasNotLookedIntoHasItsOwnReasonAndNoImages() {
    Alert alert =
        Alerted.of(Rig.of(Reason.OVERLOAD, Mode.ENFORCE, false, "no place", List.of()))
            .orElseThrow();
    assertThat(alert.sentence()).isEqualTo("Denied CREATE of Pod shop/cart: [overload] no place.");
    assertThat(alert.images()).isEqualTo("-");
    assertThat(alert.keys()).containsExactly(new Alert.Key("-", "overload", "shop"));
  }

  @Test
  void allVariablesHaveValuesAndOnlyThose() {
    Map<String, Object> values = Alerted.of(Rig.denied(APP)).orElseThrow().values(2, 7);
    assertThat(values.keySet()).isEqualTo(Alert.VARIABLES);
    assertThat(values)
        .containsEntry("priority", 2L)
        .containsEntry("pod_id", "assayer-0")
        .containsEntry("connaisseur_pod_id", "assayer-0")
        .containsEntry("cluster", "staging")
        .containsEntry("namespace", "shop")
        .containsEntry("timestamp", "2026-11-22T01:20:31.482Z")
        .containsEntry("request_id", "705ab4f5-6393-11e8-b7cc-42010a800002")
        .containsEntry("images", APP)
        .containsEntry("reason", "tag_not_signed")
        .containsEntry("trace_id", Rig.TRACE.traceId())
        .containsEntry("runbook", "docs/reasons.md#tag_not_signed")
        .containsEntry("category", "reject")
        .containsEntry("held_back", 7L);
    assertThat(values.get("alert_message").toString())
        .endsWith(" 7 decisions like this before it were held back.");
  }

  @Test
  void ofARejectionTheBadImagesMakeTheKeysAndAllNewOnesAreNamed() {
    Alert alert =
        Alerted.of(
                Rig.of(
                    Reason.TAG_NOT_SIGNED,
                    Mode.ENFORCE,
                    false,
                    "",
                    List.of(
                        Rig.image("good", "a.example/good:1", Reason.SIGNATURE_VALID, ""),
                        Rig.image("old", "a.example/old:1", Reason.UNCHANGED, ""),
                        Rig.image("bad", "a.example/bad:1", Reason.TAG_NOT_SIGNED, "not signed"))))
            .orElseThrow();
    assertThat(alert.keys())
        .containsExactly(new Alert.Key("a.example/bad:1", "tag_not_signed", "shop"));
    assertThat(alert.images()).isEqualTo("a.example/good:1, a.example/bad:1");
    assertThat(alert.sentence()).doesNotContain("good", "old");
  }

  @Test
  void whatCouldNotBeAnnouncedIsToldForEachImage() {
    Alert alert =
        Alerted.of(
                Rig.of(
                    Reason.ALERT_UNDELIVERABLE,
                    Mode.ENFORCE,
                    false,
                    "receiver one was not told: it answered 500",
                    List.of(
                        Rig.image("old", "a.example/old:1", Reason.UNCHANGED, ""),
                        Rig.image("app", APP, Reason.SIGNATURE_VALID, ""))))
            .orElseThrow();
    assertThat(alert.keys()).containsExactly(new Alert.Key(APP, "alert_undeliverable", "shop"));
    assertThat(alert.sentence())
        .isEqualTo(
            "Denied CREATE of Pod shop/cart: [alert_undeliverable]"
                + " receiver one was not told: it answered 500.");
  }
}
