package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.POD;
import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.AdmissionRig.creating;
import static dev.assayer.admission.AdmissionRig.pod;
import static dev.assayer.admission.AdmissionRig.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewReaderTest {
  private final AdmissionRig rig = AdmissionRig.signing();

  @Test
  void whatIsNotJsonIsRefused() {
    assertThat(rig.refused("{'apiVersion':").refusal()).isEqualTo(Refusal.BAD_JSON);
    assertThat(rig.refused("").refusal()).isEqualTo(Refusal.BAD_JSON);
    assertThat(rig.refused(createPod("a:1") + " {}").refusal()).isEqualTo(Refusal.BAD_JSON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "'text'", "1"})
  void whatIsNoObjectIsRefused(String body) {
    rig.refusesAsBadReview(body, "must be an object");
  }

  @Test
  void aBodyOverFourMebibytesIsRefusedBeforeItIsRead() {
    ReviewAnswer.Refused refused = rig.refused("x".repeat((4 << 20) + 1));
    assertThat(refused.refusal()).isEqualTo(Refusal.BODY_TOO_LARGE);
    assertThat(refused.detail()).contains("4194305").contains("4194304");
  }

  @ParameterizedTest
  @DisplayName("ADM-06 another version or kind than admission.k8s.io/v1 AdmissionReview")
  @CsvSource({
    "admission.k8s.io/v1beta1, AdmissionReview",
    "admission.k8s.io/v2, AdmissionReview",
    "ADMISSION.k8s.io/v1, AdmissionReview",
    "'', AdmissionReview",
    "admission.k8s.io/v1, AdmissionReviewX",
    "admission.k8s.io/v1, admissionreview",
  })
  void anythingButAdmissionReviewV1IsRefused(String apiVersion, String kind) {
    String review =
        createPod("a:1")
            .replace("'admission.k8s.io/v1'", "'" + apiVersion + "'")
            .replace("'AdmissionReview'", "'" + kind + "'");
    assertThat(rig.refused(review).refusal()).isEqualTo(Refusal.BAD_REVIEW);
  }

  @Test
  @DisplayName("ADM-06 version missing; the answer's version is the request's")
  void theVersionMustBeThereAndIsAnswered() {
    rig.refusesAsBadReview("{'kind':'AdmissionReview','request':{}}", "/apiVersion");
    assertThat(rig.review(createPod("a:1")).allowed()).isTrue();
  }

  @ParameterizedTest
  @DisplayName("ADM-05 object null or missing on CREATE and UPDATE")
  @CsvSource({"CREATE, null", "UPDATE, null", "CREATE, ''", "UPDATE, ''"})
  void noObjectWhereThereMustBeOneIsNeverAdmitted(String operation, String object) {
    String member = object.isEmpty() ? "" : ",'object':" + object;
    rig.refusesAsBadReview(
        request("'kind':{" + POD + "},'operation':'" + operation + "'" + member),
        "/request/object must be an object on " + operation);
  }

  @Test
  @DisplayName("ADM-05 request null, response already set, uid empty or missing or huge")
  void reviewsThatCannotBeAnsweredAreRefused() {
    String good = createPod("a:1");
    rig.refusesAsBadReview(
        "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':null}", "/request");
    rig.refusesAsBadReview(
        good.substring(0, good.length() - 1) + ",'response':{'allowed':true}}", "/response");
    String uid = "'6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11'";
    rig.refusesAsBadReview(good.replace(uid, "''"), "/request/uid");
    rig.refusesAsBadReview(good.replace(uid, "null"), "/request/uid");
    rig.refusesAsBadReview(good.replace(uid, "7"), "/request/uid");
    rig.refusesAsBadReview(good.replace(uid, "'" + "u".repeat(257) + "'"), "/request/uid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'create'", "'PATCH'", "''", "null", "1"})
  void anUnknownOperationIsRefusedNotTakenForHarmless(String operation) {
    rig.refusesAsBadReview(
        createPod("unsigned:1").replace("'CREATE'", operation), "/request/operation");
  }

  @ParameterizedTest
  @DisplayName("ADM-08 dryRun must be exactly true or false")
  @ValueSource(strings = {"'true'", "1", "null", "[]"})
  void aCoercedDryRunIsRefused(String dryRun) {
    rig.refusesAsBadReview(withDryRun(dryRun), "/request/dryRun");
  }

  @Test
  @DisplayName("ADM-08 dryRun=true has the same verdict and is recorded as dry run")
  void dryRunChangesNothingButTheRecord() {
    AdmissionRig.Outcome real = rig.review(createPod("unsigned:1"));
    AdmissionRig.Outcome dry = rig.review(withDryRun("true"));
    assertThat(real.decision().request().dryRun()).isFalse();
    assertThat(dry.decision().request().dryRun()).isTrue();
    assertThat(dry.reason()).isEqualTo(real.reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
    assertThat(dry.allowed()).isFalse();
  }

  private static String withDryRun(String value) {
    return request(
        "'kind':{"
            + POD
            + "},'operation':'CREATE','dryRun':"
            + value
            + ",'object':"
            + pod("unsigned:1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'spec':{}} | /request/object/spec/containers",
        "{'spec':{'containers':null}} | /request/object/spec/containers",
        "{'spec':{'containers':{}}} | /request/object/spec/containers",
        "{'spec':null} | /request/object/spec must be an object, it is null",
        "{} | /request/object/spec must be an object, it is absent",
        "{'spec':{'containers':[1]}} | /request/object/spec/containers/0 must be an object",
        "{'spec':{'containers':[{'image':1}]}} | /request/object/spec/containers/0/image",
        "{'spec':{'containers':[{'image':['a']}]}} | /request/object/spec/containers/0/image",
        "{'spec':{'containers':[{'name':1,'image':'a'}]}} | /spec/containers/0/name",
        "{'spec':{'containers':[],'initContainers':{}}} | /spec/initContainers must be a list",
        "{'spec':{'containers':[],'initContainers':[{'image':true}]}} | /initContainers/0/image",
        "{'spec':{'containers':[],'ephemeralContainers':'x'}} | /spec/ephemeralContainers",
        "{'spec':{'containers':[],'volumes':{'image':'a'}}} | /spec/volumes must be a list",
        "{'spec':{'containers':[],'volumes':[{'image':'a'}]}} | /spec/volumes/0/image",
        "{'spec':{'containers':[],'volumes':[{'image':{'reference':1}}]}} | /image/reference",
      })
  void aFieldOfTheWrongTypeIsNamedAndNeverAdmitted(String object, String pointer) {
    rig.refusesAsBadReview(creating(POD, object), pointer);
  }

  @Test
  void theRecordSaysWhatWasAskedAndByWhom() {
    AdmissionRig.Outcome outcome =
        rig.review(
            request(
                "'kind':{'group':'apps','version':'v1','kind':'ReplicaSet'},'operation':'CREATE',"
                    + "'userInfo':{'username':'dana','groups':['devs','staff']},'object':"
                    + "{'metadata':{'generateName':'cart-','ownerReferences':[{'kind':'X','name':'x'},"
                    + "{'apiVersion':'apps/v1','kind':'Deployment','name':'cart','uid':'d-1',"
                    + "'controller':true}]},"
                    + "'spec':{'template':{'spec':{'containers':[]}}}}"));
    Decision.Request request = outcome.decision().request();
    assertThat(request.user()).isEqualTo("dana");
    assertThat(request.groups()).isEqualTo(List.of("devs", "staff"));
    assertThat(request.owner())
        .contains(Decision.Owner.claimed("apps/v1", "Deployment", "cart", "d-1"));
    assertThat(request.apiVersion()).isEqualTo("apps/v1");
    assertThat(request.name()).isEqualTo("cart-");
    assertThat(request.caller()).isEqualTo("anonymous");
    assertThat(request.endpoint()).isEqualTo("mutate");
    assertThat(outcome.decision().recordId()).matches("[0-9a-f-]{14}7[0-9a-f]{3}-[89ab].*");
    assertThat(outcome.response().get("uid").orElseThrow().asString())
        .contains("6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11");
  }

  @Test
  void oddUserInformationIsLeftOutNotGuessed() {
    AdmissionRig.Outcome outcome =
        rig.review(
            request(
                "'userInfo':{'username':7,'groups':['a',1]},'operation':'DELETE','kind':{"
                    + POD
                    + "}"));
    assertThat(outcome.decision().request().user()).isEmpty();
    assertThat(outcome.decision().request().groups()).containsExactly("a");
  }
}
