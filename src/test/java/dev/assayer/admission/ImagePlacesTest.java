package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.POD;
import static dev.assayer.admission.AdmissionRig.creating;
import static dev.assayer.admission.AdmissionRig.updating;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePlacesTest {
  private static final String ROLLOUT = "'group':'argoproj.io','version':'v1','kind':'Rollout'";
  private static final String TEMPLATE =
      "{'spec':{'template':{'spec':{'containers':[{'name':'a','image':'signed:1'}]}}}}";

  private final AdmissionRig rig = AdmissionRig.signing();

  @Test
  @DisplayName("REF-12 image volumes, init containers, sidecars and ephemeral containers")
  void everyPlaceOfAPodThatNamesAnImageIsFoundInDocumentOrder() {
    AdmissionRig.Outcome outcome =
        rig.review(
            creating(
                POD,
                "{'spec':{"
                    + "'volumes':[{'name':'data','emptyDir':{}},"
                    + "{'name':'model','image':{'reference':'model:1','pullPolicy':'Always'}}],"
                    + "'containers':[{'image':'app:1','name':'app'}],"
                    + "'ephemeralContainers':[{'name':'debug','image':'debug:1'}],"
                    + "'initContainers':[{'name':'init','image':'init:1'},"
                    + "{'name':'proxy','image':'proxy:1','restartPolicy':'Always'}]}}"));
    assertThat(outcome.decision().images())
        .extracting(ImageDecision::containerType, ImageDecision::container)
        .map(Object::toString)
        .containsExactly(
            "(\"volume\", \"model\")",
            "(\"container\", \"app\")",
            "(\"ephemeralContainer\", \"debug\")",
            "(\"initContainer\", \"init\")",
            "(\"initContainer\", \"proxy\")");
    assertThat(outcome.patch()).hasSize(5);
    assertThat(outcome.patch().getFirst().toString())
        .contains("replace")
        .contains("/spec/volumes/1/image/reference");
  }

  @ParameterizedTest
  @DisplayName("REF-12 an unsigned image denies at every place")
  @ValueSource(
      strings = {
        "'containers':[{'name':'a','image':'unsigned:1'}]",
        "'containers':[],'initContainers':[{'name':'a','image':'unsigned:1'}]",
        "'containers':[],'ephemeralContainers':[{'name':'a','image':'unsigned:1'}]",
        "'containers':[],'volumes':[{'name':'a','image':{'reference':'unsigned:1'}}]",
      })
  void noPlaceIsAWayAround(String spec) {
    AdmissionRig.Outcome outcome = rig.review(creating(POD, "{'spec':{" + spec + "}}"));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ReplicationController, spec/template/spec",
    "apps, Deployment, spec/template/spec",
    "apps, ReplicaSet, spec/template/spec",
    "apps, DaemonSet, spec/template/spec",
    "apps, StatefulSet, spec/template/spec",
    "batch, Job, spec/template/spec",
    "batch, CronJob, spec/jobTemplate/spec/template/spec",
  })
  void everyWorkloadKindIsVerifiedAndPinned(String group, String kind, String path) {
    String names = "'group':'" + group + "','version':'v1','kind':'" + kind + "'";
    AdmissionRig.Outcome good = rig.review(creating(names, at(path, "signed:1")));
    assertThat(good.reason()).isEqualTo(Reason.SIGNATURE_VALID);
    assertThat(good.patch().getFirst().toString()).contains("/" + path + "/containers/0/image");
    assertThat(rig.review(creating(names, at(path, "unsigned:1"))).allowed()).isFalse();
    rig.refusesAsBadReview(creating(names, "{'spec':{}}"), "must be an object, it is absent");
  }

  private static String at(String path, String image) {
    String object = "{'containers':[{'name':'a','image':'" + image + "'}]}";
    for (String member : List.of(path.split("/", -1)).reversed()) {
      object = "{'" + member + "':" + object + "}";
    }
    return object;
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'name':'a'}", "{'name':'a','image':''}", "{'name':'a','image':null}"})
  void aContainerWithoutAnImageIsDeniedByName(String container) {
    AdmissionRig.Outcome outcome =
        rig.review(creating(POD, "{'spec':{'containers':[" + container + "]}}"));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.REFERENCE_INVALID);
    assertThat(outcome.message()).contains("container \"a\"");
  }

  @ParameterizedTest
  @DisplayName("ADM-07 an unknown kind with a pod template is denied by default")
  @ValueSource(
      strings = {
        TEMPLATE,
        "{'spec':{'containers':[{'image':'signed:1'}]}}",
        "{'a':{'b':[{'c':{'initContainers':[{'image':'signed:1'}]}}]}}",
        "{'template':{'spec':{'containers':[{'name':'x'},{'image':'signed:1'}]}}}",
        "{'template':{'spec':{'containers':[{'image':{'repository':'x'}}]}}}",
        "{'template':{'spec':{'volumes':[{'image':{'reference':'signed:1'}}]}}}",
      })
  void unknownKindsWithAPodTemplateAreDeniedAndTheOptionIsNamed(String object) {
    AdmissionRig.Outcome outcome = rig.review(creating(ROLLOUT, object));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.DENIED_BY_POLICY);
    assertThat(outcome.message())
        .contains("Rollout of argoproj.io/v1")
        .contains("unknownKinds: exempt");
  }

  @Test
  @DisplayName("ADM-07 an unknown kind is exempt by explicit configuration, and never patched")
  void unknownKindsCanBeExempt() {
    AdmissionRig exempting =
        new AdmissionRig(
            """
            unknownKinds: exempt
            revoked: {digests: [%s]}
            policy: [{pattern: '*:*'}]
            """
                .formatted(FakeValidator.sha256("bad").text()),
            FakeValidator.signing("default"));
    AdmissionRig.Outcome outcome = exempting.review(creating(ROLLOUT, TEMPLATE));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.reason()).isEqualTo(Reason.POLICY_EXEMPT);
    assertThat(outcome.patch()).isEmpty();
    String revoked = TEMPLATE.replace("signed:1", "signed@" + FakeValidator.sha256("bad").text());
    assertThat(exempting.review(creating(ROLLOUT, revoked)).allowed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'group':'','version':'v1','kind':'PodTemplate'",
        "'group':'extensions','version':'v1beta1','kind':'Deployment'",
        "'group':'evil.example','version':'v1','kind':'Pod'",
        "'group':'apps','version':'v1','kind':'pod'",
      })
  void aKindOfAnotherGroupIsNotOurs(String kind) {
    AdmissionRig.Outcome outcome = rig.review(creating(kind, TEMPLATE));
    assertThat(outcome.reason()).isEqualTo(Reason.DENIED_BY_POLICY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'data':{'pod.yaml':'containers: [{image: evil}]'}}",
        "{'spec':{'containers':[{'name':'a','image':''}]}}",
        "{'spec':{'validation':{'properties':{'containers':{'image':'x'}}}}}",
        "{}",
      })
  void kindsWithoutImagesAreNotApplicable(String object) {
    AdmissionRig.Outcome outcome =
        rig.review(creating("'group':'','version':'v1','kind':'ConfigMap'", object));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.decision().verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
    assertThat(outcome.reason()).isEqualTo(Reason.NO_IMAGES);
  }

  @Test
  void theHistoryOfAStatefulSetStartsNothing() {
    String kind = "'group':'apps','version':'v1','kind':'ControllerRevision'";
    assertThat(rig.review(creating(kind, "{'data':" + TEMPLATE + "}")).reason())
        .isEqualTo(Reason.NO_IMAGES);
  }

  @Test
  void anUpdateOfAnUnknownKindThatLeavesItsImagesIsUnchanged() {
    String other = TEMPLATE.replace("signed:1", "signed:2");
    assertThat(rig.review(updating(ROLLOUT, TEMPLATE, TEMPLATE)).reason())
        .isEqualTo(Reason.UNCHANGED);
    assertThat(rig.review(updating(ROLLOUT, other, TEMPLATE)).allowed()).isFalse();
    assertThat(rig.review(updating(ROLLOUT, TEMPLATE, "{}")).allowed()).isFalse();
  }
}
