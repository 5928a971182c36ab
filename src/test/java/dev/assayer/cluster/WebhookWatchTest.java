package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.samples.DemoCa;
import dev.assayer.testing.NeedsControlPlane;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NeedsControlPlane
class WebhookWatchTest {
  private final ClusterRig rig = new ClusterRig();
  private final WebhookWatch watch = rig.watch(Instant.now());

  private void apply() {
    assertThat(rig.installer().apply(Optional.of(rig.caPem()))).isInstanceOf(Outcome.Done.class);
  }

  /** A change of the live object, and the field that must be told. */
  record Tampering(DriftField field, String patch) {
    @Override
    public String toString() {
      return field.code();
    }
  }

  private static String replace(String path, String value) {
    return "[{\"op\":\"replace\",\"path\":\"/webhooks/0/" + path + "\",\"value\":" + value + "}]";
  }

  private static String add(String path, String value) {
    return "[{\"op\":\"add\",\"path\":\"/webhooks/0/" + path + "\",\"value\":" + value + "}]";
  }

  static Stream<Tampering> tamperings() {
    String otherCa =
        Base64.getEncoder().encodeToString(DemoCa.create().pem().getBytes(StandardCharsets.UTF_8));
    return Stream.of(
        new Tampering(DriftField.FAILURE_POLICY, replace("failurePolicy", "\"Ignore\"")),
        new Tampering(DriftField.RULES, replace("rules/0/operations", "[\"UPDATE\"]")),
        new Tampering(DriftField.RULES, replace("rules/0/scope", "\"Namespaced\"")),
        new Tampering(
            DriftField.NAMESPACE_SELECTOR,
            replace("namespaceSelector", "{\"matchLabels\":{\"never\":\"x\"}}")),
        new Tampering(
            DriftField.OBJECT_SELECTOR, add("objectSelector", "{\"matchLabels\":{\"a\":\"b\"}}")),
        new Tampering(
            DriftField.MATCH_CONDITIONS,
            add("matchConditions", "[{\"name\":\"no\",\"expression\":\"false\"}]")),
        new Tampering(DriftField.MATCH_POLICY, replace("matchPolicy", "\"Exact\"")),
        new Tampering(DriftField.CA_BUNDLE, replace("clientConfig/caBundle", quoted(otherCa))),
        new Tampering(DriftField.CA_BUNDLE, replace("clientConfig/caBundle", "\"\"")),
        new Tampering(DriftField.SERVICE, replace("clientConfig/service/path", "\"/elsewhere\"")),
        new Tampering(DriftField.TIMEOUT_SECONDS, replace("timeoutSeconds", "1")),
        new Tampering(DriftField.SIDE_EFFECTS, replace("sideEffects", "\"None\"")),
        new Tampering(DriftField.REINVOCATION_POLICY, replace("reinvocationPolicy", "\"Never\"")),
        new Tampering(
            DriftField.ADMISSION_REVIEW_VERSIONS,
            replace("admissionReviewVersions", "[\"v1\",\"v1beta1\"]")),
        new Tampering(DriftField.WEBHOOKS, "[{\"op\":\"remove\",\"path\":\"/webhooks/1\"}]"),
        new Tampering(DriftField.WEBHOOKS, replace("name", "\"other.assayer.dev\"")));
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tamperings")
  @DisplayName("OPS-12 a field of the live webhook that is tampered with shows, readiness stays")
  void aTamperedFieldIsToldAndReadinessUnchanged(Tampering tampering) {
    apply();
    watch.poll();
    assertThat(rig.observed().drifted).isEmpty();
    assertThat(watch.standing().integrity().holds()).isTrue();

    rig.patchMutating(tampering.patch());
    watch.poll();

    assertThat(rig.observed().drifted).contains(tampering.field());
    assertThat(watch.standing().integrity().holds()).isFalse();
    assertThat(watch.standing().term().holds()).isTrue();
    assertThat(rig.observed().present).isTrue();
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {"mutatingwebhookconfiguration", "validatingwebhookconfiguration"})
  @DisplayName("OPS-12 a deleted webhook object makes replicas unready until it is applied again")
  void aDeletedWebhookIsNotReady(String kind) {
    apply();
    watch.poll();
    assertThat(watch.standing().term().holds()).isTrue();
    assertThat(rig.observed().timeout).isEqualTo(OptionalLong.of(8));

    rig.delete(kind);
    watch.poll();
    assertThat(watch.standing().term().holds()).isFalse();
    assertThat(watch.standing().term().detail()).contains("assayer webhook apply");
    assertThat(rig.observed().present).isFalse();

    apply();
    watch.poll();
    assertThat(watch.standing().term().holds()).isTrue();
    assertThat(watch.standing().integrity().holds()).isTrue();
  }

  @Test
  @DisplayName("OPS-12 a caBundle with one more authority than was given shows")
  void oneMoreAuthorityInTheBundleIsToldWhereTheCaIsKnown() throws Exception {
    apply();
    java.nio.file.Path file = java.nio.file.Files.createTempFile("ca", ".crt");
    java.nio.file.Files.writeString(file, rig.caPem());
    ClusterSettings known =
        new ClusterSettings(
            rig.release(),
            rig.namespace(),
            "",
            rig.release(),
            rig.replica().access(),
            Optional.of(file));
    WebhookWatch knowing =
        new WebhookWatch(
            rig.api(rig.release()),
            known,
            rig.observed(),
            java.time.InstantSource.system(),
            List::of);
    knowing.poll();
    assertThat(rig.observed().drifted).isEmpty();

    String both = rig.caPem() + DemoCa.create().pem();
    rig.patchMutating(
        replace(
            "clientConfig/caBundle",
            quoted(Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)))));
    knowing.poll();
    assertThat(rig.observed().drifted).containsExactly(DriftField.CA_BUNDLE);
  }

  @Test
  void aCertificateThatTheBundleDoesNotVouchForIsDrift() {
    apply();
    WebhookWatch other =
        rig.watch(
            Instant.now(),
            List.of(
                DemoCa.create()
                    .identity(rig.release() + "." + rig.namespace() + ".svc")
                    .certificate()));
    other.poll();
    assertThat(rig.observed().drifted).isEqualTo(Set.of(DriftField.CA_BUNDLE));
  }

  @Test
  void withoutAWebhookAndASentinelNobodyIsReady() {
    watch.poll();
    assertThat(watch.standing().term().holds()).isFalse();
    assertThat(watch.standing().term().detail()).contains("there is no bootstrap sentinel");
    assertThat(watch.standing().api().holds()).isTrue();
  }

  @Test
  @DisplayName("OPS-13 the genuine sentinel stands for a webhook that nobody has seen yet")
  void theGenuineSentinelIsHonoured() {
    rig.pod(rig.release() + "-0", Map.of());
    rig.pod(Sentinel.NAME, Map.of());

    watch.poll();
    watch.poll();

    assertThat(watch.standing().term().holds()).isTrue();
    assertThat(rig.observed().sentinels).containsExactly(SentinelResult.GENUINE);
    assertThat(rig.observed().honoured).isPresent();
  }

  static Stream<Map<String, String>> forgeries() {
    return Stream.of(
        Map.of("account", "default"),
        Map.of("image", "example.com/other:1"),
        Map.of("release", "other"),
        Map.of("annotation", "assayer.dev/namespace-uid: 00000000-0000-0000-0000-000000000000"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  @DisplayName("OPS-13 a pod that is only named like the sentinel is ignored and counted forged")
  void aForgedSentinelIsIgnoredAndCounted(Map<String, String> forgery) {
    rig.pod(rig.release() + "-0", Map.of());
    rig.pod(Sentinel.NAME, forgery);

    watch.poll();
    watch.poll();

    assertThat(watch.standing().term().holds()).isFalse();
    assertThat(watch.standing().sentinel().holds()).isFalse();
    assertThat(rig.observed().sentinels).containsExactly(SentinelResult.FORGED);
    assertThat(rig.observed().honoured).isEmpty();
  }

  @Test
  @DisplayName("OPS-13 a sentinel older than five minutes is ignored and counted expired")
  void anOldSentinelIsExpired() {
    rig.pod(rig.release() + "-0", Map.of());
    rig.pod(Sentinel.NAME, Map.of());
    WebhookWatch later = rig.watch(Instant.now().plus(Sentinel.LIFETIME).plusSeconds(2));

    later.poll();

    assertThat(later.standing().term().holds()).isFalse();
    assertThat(rig.observed().sentinels).containsExactly(SentinelResult.EXPIRED);
  }

  @Test
  @DisplayName("OPS-13 once any replica has seen the webhook, no sentinel stands for it")
  void afterTheWebhookWasSeenNoSentinelIsHonoured() {
    apply();
    watch.poll();
    rig.delete("mutatingwebhookconfiguration");
    rig.delete("validatingwebhookconfiguration");
    rig.pod(rig.release() + "-0", Map.of());
    rig.pod(Sentinel.NAME, Map.of());

    watch.poll();
    assertThat(watch.standing().term().holds()).isFalse();

    // Another replica that never saw it, or this one after a restart.
    WebhookWatch other = rig.watch(Instant.now());
    other.poll();
    assertThat(other.standing().term().holds()).isFalse();
    assertThat(other.standing().term().detail()).contains("was deleted");
    assertThat(rig.observed().honoured).isEmpty();

    // Uninstalled and installed again.
    rig.installer().remove();
    WebhookWatch fresh = rig.watch(Instant.now());
    fresh.poll();
    assertThat(fresh.standing().term().holds()).isTrue();
  }

  @Test
  void aMarkOfANamespaceThatIsGoneSaysNothing() {
    rig.plane()
        .kubectl(
            "",
            "create",
            "configmap",
            rig.release() + "-seen",
            "-n",
            rig.namespace(),
            "--from-literal=namespaceUid=another");
    rig.pod(rig.release() + "-0", Map.of());
    rig.pod(Sentinel.NAME, Map.of());
    watch.poll();
    assertThat(watch.standing().term().holds()).isTrue();
  }

  @Test
  void refusedByRbacNothingIsKnownAndThePartsSayWhatIsMissing() {
    apply();
    WebhookWatch nobody =
        new WebhookWatch(
            rig.api(rig.release() + "-nobody"),
            rig.replica(),
            rig.observed(),
            java.time.InstantSource.system(),
            List::of);
    nobody.poll();
    assertThat(nobody.standing().term().holds()).isFalse();
    assertThat(nobody.standing().api().detail())
        .contains("RBAC does not allow to get mutatingwebhookconfigurations/" + rig.release());
    assertThat(rig.observed().calls).contains("get forbidden");
  }
}
