package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.POD;
import static dev.assayer.admission.AdmissionRig.pod;
import static dev.assayer.admission.AdmissionRig.request;
import static dev.assayer.admission.AdmissionRig.updating;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateTest {
  private static final String DELETING = "'deletionTimestamp':'2026-11-22T00:00:00Z'";

  private final AdmissionRig rig = AdmissionRig.signing();

  @Test
  @DisplayName("ADM-01 a label edit on an image whose signature is gone")
  void anUnchangedImageIsNeitherVerifiedNorPatched() {
    AdmissionRig.Outcome outcome =
        rig.review(updating(POD, pod("unsigned:1", "signed:1"), pod("unsigned:1", "signed:1")));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.decision().verdict()).isEqualTo(Verdict.EXEMPT);
    assertThat(outcome.reasons()).containsExactly(Reason.UNCHANGED, Reason.UNCHANGED);
    assertThat(outcome.patch()).isEmpty();
  }

  @Test
  void onlyWhatIsNewIsVerifiedAndPatched() {
    AdmissionRig.Outcome outcome =
        rig.review(updating(POD, pod("unsigned:1", "signed:2"), pod("unsigned:1", "signed:1")));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.reasons()).containsExactly(Reason.UNCHANGED, Reason.SIGNATURE_VALID);
    assertThat(outcome.patch()).hasSize(1);
    assertThat(outcome.patch().getFirst().toString()).contains("/spec/containers/1/image");
  }

  @Test
  void containersAreMatchedByNameNotByPosition() {
    String reordered =
        "{'spec':{'containers':[{'name':'b','image':'b:1'},{'name':'a','image':'unsigned:1'}]}}";
    String stored =
        "{'spec':{'containers':[{'name':'a','image':'unsigned:1'},{'name':'b','image':'b:1'}]}}";
    assertThat(rig.review(updating(POD, reordered, stored)).reasons())
        .containsExactly(Reason.UNCHANGED, Reason.UNCHANGED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "another container's image | {'spec':{'containers':[{'name':'b','image':'unsigned:1'}]}}",
        "another type of container | {'spec':{'containers':[],'initContainers':"
            + "[{'name':'a','image':'unsigned:1'}]}}",
        "a volume of that name | {'spec':{'containers':[],'volumes':"
            + "[{'name':'a','image':{'reference':'unsigned:1'}}]}}",
        "the name twice | {'spec':{'containers':[{'name':'a','image':'unsigned:1'},"
            + "{'name':'a','image':'other:1'}]}}",
        "another spelling | {'spec':{'containers':"
            + "[{'name':'a','image':'docker.io/library/unsigned:1'}]}}",
        "nothing stored | {}",
        "something unreadable | {'spec':{'containers':[{'name':'a','image':1}]}}",
      })
  void anImageIsNewUnlessTheSameContainerHadIt(String why, String stored) {
    AdmissionRig.Outcome outcome =
        rig.review(
            updating(POD, "{'spec':{'containers':[{'name':'a','image':'unsigned:1'}]}}", stored));
    assertThat(outcome.allowed()).as(why).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  @Test
  void aContainerAddedUnderAnExistingNameMakesBothNew() {
    String doubled =
        "{'spec':{'containers':[{'name':'a','image':'unsigned:1'},"
            + "{'name':'a','image':'unsigned:1'}]}}";
    String stored = "{'spec':{'containers':[{'name':'a','image':'unsigned:1'}]}}";
    assertThat(rig.review(updating(POD, doubled, stored)).reasons())
        .containsExactly(Reason.TAG_NOT_SIGNED, Reason.TAG_NOT_SIGNED);
  }

  @Test
  void withoutAStoredObjectEverythingIsNew() {
    String review = "'kind':{" + POD + "},'operation':'UPDATE','object':" + pod("unsigned:1");
    assertThat(rig.review(request(review)).allowed()).isFalse();
    assertThat(rig.review(request(review + ",'oldObject':null")).allowed()).isFalse();
  }

  @Test
  void anOldObjectOnCreateApprovesNothing() {
    String review =
        "'kind':{"
            + POD
            + "},'operation':'CREATE','object':"
            + pod("unsigned:1")
            + ",'oldObject':"
            + pod("unsigned:1");
    assertThat(rig.review(request(review)).allowed()).isFalse();
  }

  @Test
  @DisplayName("ADM-02 an update that only removes a finalizer on a deleting object")
  void aDeletingObjectWithUnchangedImagesIsLetGo() {
    String stored = deleting(pod("unsigned:1"));
    AdmissionRig.Outcome outcome = rig.review(updating(POD, pod("unsigned:1"), stored));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.decision().verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
    assertThat(outcome.reason()).isEqualTo(Reason.BEING_DELETED);
    assertThat(outcome.patch()).isEmpty();
  }

  @Test
  @DisplayName("ADM-02 a deleting object that gets a new image")
  void deletionIsNoWayToBringAnImage() {
    assertThat(rig.review(updating(POD, pod("unsigned:2"), deleting(pod("unsigned:1")))).reason())
        .isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  @Test
  @DisplayName("ADM-02 a deletionTimestamp forged in the new object")
  void theNewObjectsOwnClaimOfDeletionChangesNothing() {
    String forged = deleting(pod("unsigned:1"));
    assertThat(rig.review(updating(POD, forged, pod("signed:1"))).allowed()).isFalse();
    assertThat(rig.review(updating(POD, forged, pod("unsigned:1"))).reason())
        .isEqualTo(Reason.UNCHANGED);
    assertThat(rig.review(AdmissionRig.creating(POD, forged)).allowed()).isFalse();
  }

  private static String deleting(String object) {
    return object.replace("'metadata':{", "'metadata':{" + DELETING + ",");
  }

  @Test
  @DisplayName("ADM-03 an unsigned debug image by pods/ephemeralcontainers")
  void kubectlDebugIsVerified() {
    String stored = "{'spec':{'containers':[{'name':'a','image':'unsigned:1'}]}}";
    String debug = stored.replace("]}}", "],'ephemeralContainers':[{'name':'d','image':'%s'}]}}");
    String members =
        "'kind':{"
            + POD
            + "},'operation':'UPDATE','subResource':'ephemeralcontainers','object':%s,'oldObject':"
            + stored;
    AdmissionRig.Outcome bad =
        rig.review(request(members.formatted(debug.formatted("unsigned-debug:1"))));
    assertThat(bad.allowed()).isFalse();
    assertThat(bad.reasons()).containsExactly(Reason.UNCHANGED, Reason.TAG_NOT_SIGNED);
    AdmissionRig.Outcome good = rig.review(request(members.formatted(debug.formatted("debug:1"))));
    assertThat(good.allowed()).isTrue();
    assertThat(good.patch()).hasSize(1);
    assertThat(good.patch().getFirst().toString()).contains("/spec/ephemeralContainers/0/image");
  }

  @ParameterizedTest
  @DisplayName("ADM-04 CONNECT, DELETE and subresources start nothing")
  @CsvSource({
    "CONNECT, exec, object",
    "CONNECT, attach, nothing",
    "DELETE, '', nothing",
    "DELETE, '', object",
    "UPDATE, status, object",
    "UPDATE, scale, object",
    "UPDATE, resize, object",
    "CREATE, eviction, nothing",
    "CREATE, binding, object",
  })
  void whatStartsNoContainerIsNotApplicableAndNeverPatched(
      String operation, String subResource, String object) {
    AdmissionRig.Outcome outcome =
        rig.review(
            request(
                "'kind':{"
                    + POD
                    + "},'operation':'"
                    + operation
                    + "','subResource':'"
                    + subResource
                    + "','object':"
                    + (object.equals("object") ? pod("unsigned:1") : "null")));
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.reason()).isEqualTo(Reason.NO_IMAGES);
    assertThat(outcome.patch()).isEmpty();
    assertThat(outcome.decision().images()).isEmpty();
  }
}
