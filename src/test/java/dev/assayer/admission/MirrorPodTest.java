package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.POD;
import static dev.assayer.admission.AdmissionRig.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorPodTest {
  private static final String MIRROR =
      request(
          "'kind':{"
              + POD
              + "},'operation':'CREATE','userInfo':{'username':'system:node:n1',"
              + "'groups':['system:nodes','system:authenticated']},'object':{'metadata':{"
              + "'annotations':{'kubernetes.io/config.mirror':'0af1'},'ownerReferences':"
              + "[{'apiVersion':'v1','kind':'Node','name':'n1','controller':true}]},"
              + "'spec':{'nodeName':'n1','containers':["
              + "{'name':'a','image':'unsigned:1'},{'name':'b','image':'signed:1'}]}}");

  private final AdmissionRig rig = AdmissionRig.signing();

  @Test
  void aMirrorPodIsVerifiedAndRecordedButNeverDeniedOrPatched() {
    AdmissionRig.Outcome outcome = rig.review(MIRROR);
    assertThat(outcome.allowed()).isTrue();
    assertThat(outcome.decision().verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
    assertThat(outcome.reason()).isEqualTo(Reason.MIRROR_POD);
    assertThat(outcome.reasons()).containsExactly(Reason.TAG_NOT_SIGNED, Reason.SIGNATURE_VALID);
    assertThat(outcome.patch()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "the annotation is missing, kubernetes.io/config.mirror, other",
    "the annotation is empty, 0af1, ''",
    "another user, 'system:node:n1', dana",
    "the user of another node, 'system:node:n1', 'system:node:n2'",
    "not in the group of nodes, 'system:nodes', 'system:masters'",
    "the pod is for another node, '''nodeName'':''n1''', '''nodeName'':''n2'''",
    "the pod is for no node, '''nodeName'':''n1'',', ''",
    "owned by another node, '''name'':''n1'',''controller''', '''name'':''n2'',''controller'''",
    "owned by another kind, '''Node''', '''Pod'''",
    "the owner is of another group, '''apiVersion'':''v1'',''kind'':''Node''', "
        + "'''apiVersion'':''x/v1'',''kind'':''Node'''",
    "the owner does not control, '''controller'':true', '''controller'':false'",
    "a debug container of it, '''operation''', '''subResource'':''ephemeralcontainers'',''operation'''",
  })
  void whoeverLacksOneMarkOfAMirrorPodIsAnOrdinaryPod(String what, String mark, String forged) {
    String review = MIRROR.replace(mark, forged);
    assertThat(review).as(what).isNotEqualTo(MIRROR);
    AdmissionRig.Outcome outcome = rig.review(review);
    assertThat(outcome.allowed()).as(what).isFalse();
    assertThat(outcome.reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  @Test
  void theNodesOwnUpdateOfAPodIsOrdinary() {
    assertThat(rig.review(MIRROR.replace("'CREATE'", "'UPDATE'")).allowed()).isFalse();
  }
}
