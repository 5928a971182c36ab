package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.POD;
import static dev.assayer.admission.AdmissionRig.createPod;
import static dev.assayer.admission.AdmissionRig.creating;
import static dev.assayer.admission.AdmissionRig.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.EmergencySource.BreakGlass;
import dev.assayer.cluster.NamespaceSource;
import dev.assayer.cluster.OwnerSource;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Verdict;
import dev.assayer.validation.ValidationResult.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the cluster takes out of verification: namespaces by label, and broken glass. */
class ExemptionsTest {
  private static final String RULE = "policy: [{pattern: '*:*'}]";
  private static final String UNSIGNED = "docker.io/acme/unsigned:1";
  private static final Instant NOW = AdmissionRig.NOW;

  private final Map<String, Map<String, String>> labels = new HashMap<>();
  private int asked;
  private List<BreakGlass> glass = List.of();
  private AdmissionRig rig = rig(RULE);

  private final class Namespaces implements NamespaceSource {
    @Override
    public Optional<Map<String, String>> labels(String namespace) {
      asked++;
      return Optional.ofNullable(labels.get(namespace));
    }

    @Override
    public Optional<List<String>> having(String label, boolean present) {
      return Optional.empty();
    }
  }

  private ClusterView around() {
    return new ClusterView(
        (secret, host) -> {
          throw new IllegalStateException("no Secrets here");
        },
        (claim, patience) -> new OwnerSource.Found.Unknown("not asked"),
        new Namespaces(),
        now -> glass);
  }

  private AdmissionRig rig(String yaml) {
    return new AdmissionRig(yaml, env -> env.in(around()), FakeValidator.signing("default"));
  }

  private void use(String yaml) {
    rig.close();
    rig = rig(yaml);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false", ""})
  void aNamespaceWithTheIgnoreLabelIsLeftOutAndOnRecordWhateverItsValue(String value) {
    labels.put("shop", Map.of("assayer.dev/ignore", value));
    for (String endpoint : List.of("mutate", "validate")) {
      AdmissionRig.Outcome outcome = rig.review(createPod(UNSIGNED, "docker.io/a/b:1"), endpoint);
      assertThat(outcome.allowed()).isTrue();
      assertThat(outcome.decision().verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
      assertThat(outcome.reason()).isEqualTo(Reason.NAMESPACE_IGNORED);
      assertThat(outcome.patch()).isEmpty();
      assertThat(outcome.decision().images())
          .extracting(ImageDecision::requested)
          .containsExactly(UNSIGNED, "docker.io/a/b:1");
      assertThat(outcome.image(0).detail())
          .isEqualTo("namespace shop has the label assayer.dev/ignore");
      assertThat(outcome.annotation("reason")).isEqualTo("namespace_ignored");
    }
  }

  @Test
  @DisplayName("labels that are not known take no namespace out, in either mode")
  void whatIsNotKnownIsVerified() {
    assertThat(rig.review(createPod(UNSIGNED)).allowed()).isFalse();
    use("namespaces: {mode: validate}\n" + RULE);
    assertThat(rig.review(createPod(UNSIGNED)).allowed()).isFalse();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void otherLabelsChangeNothing() {
    labels.put(
        "shop", Map.of("assayer.dev/ignored", "true", "ignore", "", "assayer.dev/validate", ""));
    assertThat(rig.review(createPod(UNSIGNED)).allowed()).isFalse();
  }

  @Test
  void inModeValidateOnlyTheLabelledAreVerified() {
    use("namespaces: {mode: validate, validateLabel: example.com/verify}\n" + RULE);
    labels.put("shop", Map.of("assayer.dev/ignore", "true"));
    AdmissionRig.Outcome out = rig.review(createPod(UNSIGNED));
    assertThat(out.reason()).isEqualTo(Reason.NAMESPACE_IGNORED);
    assertThat(out.image(0).detail()).isEqualTo("namespace shop has no label example.com/verify");
    labels.put("shop", Map.of("example.com/verify", "no", "assayer.dev/ignore", "true"));
    assertThat(rig.review(createPod(UNSIGNED)).reason()).isEqualTo(Reason.TAG_NOT_SIGNED);
  }

  @Test
  void withoutAClusterEverythingIsVerified() {
    try (AdmissionRig alone =
        new AdmissionRig(
            "namespaces: {mode: validate}\n" + RULE, FakeValidator.signing("default"))) {
      assertThat(alone.review(createPod(UNSIGNED)).allowed()).isFalse();
    }
  }

  @Test
  @DisplayName("a request that names another namespace in its object is judged by its own")
  void theNamespaceOfTheRequestCounts() {
    labels.put("out", Map.of("assayer.dev/ignore", ""));
    labels.put("shop", Map.of());
    String review = createPod(UNSIGNED).replace("'name':'cart'", "'name':'cart','namespace':'out'");
    assertThat(rig.review(review).allowed()).isFalse();
  }

  @Test
  void objectsWithoutANamespaceAreVerified() {
    String review = createPod(UNSIGNED).replace("'namespace':'shop'", "'namespace':''");
    assertThat(rig.review(review).allowed()).isFalse();
    assertThat(asked).isZero();
  }

  @Test
  void nothingIsAskedForWhatNeedsNoVerification() {
    labels.put("shop", Map.of("assayer.dev/ignore", ""));
    AdmissionRig.Outcome same =
        rig.review(AdmissionRig.updating(POD, pod(UNSIGNED), pod(UNSIGNED)));
    assertThat(same.reason()).isEqualTo(Reason.UNCHANGED);
    AdmissionRig.Outcome labelled =
        rig.review(
            creating(
                "'group':'','version':'v1','kind':'Namespace'",
                "{'metadata':{'name':'shop','labels':{'assayer.dev/ignore':''}}}"));
    assertThat(labelled.reason()).isEqualTo(Reason.NO_IMAGES);
    assertThat(asked).isZero();
  }

  private static BreakGlass grant(String namespace, String pattern) {
    return new BreakGlass(
        "hotfix",
        "uid-1",
        namespace,
        pattern,
        "INC-7: \u202eno Notary",
        "dana",
        NOW.minusSeconds(60),
        NOW.plus(Duration.ofHours(2)));
  }

  @Test
  void brokenGlassAdmitsWhatItNamesUnpinnedAndSaysSo() {
    glass = List.of(grant("shop", "docker.io/acme/*:*"));
    for (String endpoint : List.of("mutate", "validate")) {
      AdmissionRig.Outcome outcome = rig.review(createPod(UNSIGNED), endpoint);
      assertThat(outcome.allowed()).isTrue();
      assertThat(outcome.reason()).isEqualTo(Reason.BREAK_GLASS);
      assertThat(outcome.decision().verdict()).isEqualTo(Verdict.EXEMPT);
      assertThat(outcome.patch()).isEmpty();
      assertThat(outcome.image(0).detail())
          .isEqualTo(
              "break-glass hotfix of dana until 2026-11-22T03:20:31.482Z: INC-7: \\u{202e}no Notary");
      assertThat(outcome.warnings())
          .containsExactly(
              "assayer: break-glass hotfix until 2026-11-22T03:20:31.482Z admits unverified "
                  + UNSIGNED);
      assertThat(outcome.annotation("reason")).isEqualTo("break_glass");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "another namespace, shop-2, docker.io/acme/*:*",
    "a pattern as namespace, *, docker.io/acme/*:*",
    "another repository, shop, docker.io/acme/other:*",
    "another tag, shop, docker.io/acme/unsigned:2",
    "a beginning alone, shop, docker.io/acme/unsig",
    "another case, shop, docker.io/ACME/*:*",
    "a name that is not in normal form, shop, acme/unsigned:1",
  })
  void brokenGlassCoversNothingElse(String what, String namespace, String pattern) {
    glass = List.of(grant(namespace, pattern));
    assertThat(rig.review(createPod(UNSIGNED)).allowed()).as(what).isFalse();
  }

  @Test
  @DisplayName("broken glass for one image of a pod does not admit the others")
  void otherImagesOfThePodAreVerified() {
    glass = List.of(grant("shop", UNSIGNED));
    AdmissionRig.Outcome outcome =
        rig.review(createPod(UNSIGNED, "docker.io/acme/unsigned:2", "docker.io/acme/app:1"));
    assertThat(outcome.allowed()).isFalse();
    assertThat(outcome.reasons())
        .containsExactly(Reason.BREAK_GLASS, Reason.TAG_NOT_SIGNED, Reason.SIGNATURE_VALID);
  }

  @Test
  @DisplayName("broken glass never admits a revoked digest")
  void revokedDigestsStayDenied() {
    String digest = "sha256:" + "5a".repeat(32);
    use("revoked: {digests: ['" + digest + "']}\n" + RULE);
    glass = List.of(grant("shop", "docker.io/acme/*:*"));
    assertThat(rig.review(createPod(UNSIGNED + "@" + digest)).reason())
        .isEqualTo(Reason.DENIED_BY_POLICY);
    assertThat(rig.review(createPod(UNSIGNED), "validate").reason()).isEqualTo(Reason.BREAK_GLASS);
  }

  @Test
  void brokenGlassNeitherChangesWhatTheRuleExemptsNorMakesItAsk() {
    FakeValidator notary =
        FakeValidator.saying("default", new Refused(Reason.UPSTREAM_UNREACHABLE, "down"));
    use("policy: [{pattern: '*:*'}, {pattern: 'docker.io/acme/tools:*', verify: false}]");
    glass = List.of(grant("shop", "docker.io/acme/*:*"));
    assertThat(rig.review(createPod("docker.io/acme/tools:1")).reason())
        .isEqualTo(Reason.POLICY_EXEMPT);
    try (AdmissionRig down = new AdmissionRig(RULE, env -> env.in(around()), notary)) {
      assertThat(down.review(createPod(UNSIGNED)).reason()).isEqualTo(Reason.BREAK_GLASS);
      assertThat(notary.asked).isEmpty();
    }
  }
}
