package dev.assayer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admission policies and the rights of the chart, at work on a real API server. */
@NeedsControlPlane
class GuardsOnApiServerTest {
  private static final ControlPlane PLANE = ControlPlane.shared();
  private static final String REPLICAS =
      "system:serviceaccount:" + Chart.NAMESPACE + ":" + Chart.NAME;
  private static final List<String> APPLIED =
      List.of(
          "ServiceAccount",
          "ClusterRole",
          "ClusterRoleBinding",
          "Role",
          "RoleBinding",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  /** May edit namespaces and ConfigMaps, as the administrator of a tenant or of this namespace. */
  private static final String USERS =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: %1$s}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: guarded}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: test-editor}
      rules:
        - {apiGroups: [""], resources: [namespaces, configmaps], verbs: ["*"]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: test-exempter}
      rules:
        - {apiGroups: [assayer.dev], resources: [exemptions], verbs: [create]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: test-editor}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: test-editor}
      subjects:
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: tenant}
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: dana}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: test-exempter}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: test-exempter}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: dana}]
      """
          .formatted(Chart.NAMESPACE);

  @BeforeAll
  static void install() {
    PLANE.apply(USERS);
    Chart chart = Chart.rendered();
    PLANE.apply(
        APPLIED.stream()
            .flatMap(chart::all)
            .map(GuardsOnApiServerTest::json)
            .reduce("", (all, one) -> all + "---\n" + one + "\n"));
    // A new policy is in force after some seconds.
    Await.until(
        "labels",
        () ->
            refusal(label("tenant", "assayer.dev/ignore=" + System.nanoTime())).contains("exempt"));
    Await.until("glass", () -> refusal(trying("dana", glass("bad", "dana", "*"))).contains("host"));
  }

  /** Policies have no namespace: they would guard other tests too. */
  @AfterAll
  static void remove() {
    Stream.of("validatingadmissionpolicy", "validatingadmissionpolicybinding")
        .forEach(kind -> PLANE.kubectl("", "delete", kind, "--all"));
  }

  private static String json(JsonNode object) {
    try {
      return new ObjectMapper().writeValueAsString(object);
    } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What the API server said against it; empty if it was done. */
  private static String refusal(Runnable command) {
    try {
      command.run();
      return "";
    } catch (IllegalStateException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private static Runnable label(String user, String label) {
    return () ->
        PLANE.kubectl("", "label", "namespace", "guarded", label, "--overwrite", "--as", user);
  }

  private static Runnable create(String user, String yaml) {
    return () -> PLANE.kubectl(yaml, "create", "-f", "-", "--as", user);
  }

  private static Runnable trying(String user, String yaml) {
    return () -> PLANE.kubectl(yaml, "create", "--dry-run=server", "-f", "-", "--as", user);
  }

  private static String glass(String name, String by, String pattern) {
    Instant expiry = Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: %s
      namespace: %s
      labels: {assayer.dev/break-glass: "true"}
    immutable: true
    data: {namespace: shop, pattern: "%s", reason: INC-7, requestedBy: "%s", expiry: "%s"}
    """
        .formatted(name, Chart.NAMESPACE, pattern, by, expiry);
  }

  @Test
  @DisplayName("OPS-14: a tenant who may edit the namespace may not take it out of verification")
  void theLabelsNeedARightOfTheirOwn() {
    assertThat(refusal(label("tenant", "assayer.dev/ignore=true")))
        .contains("needs the right to create exemptions.assayer.dev");
    assertThat(refusal(label("tenant", "assayer.dev/validate=true"))).contains("exemptions");
    assertThat(refusal(label("tenant", "team=a"))).isEmpty();
    assertThat(refusal(label("dana", "assayer.dev/ignore=true"))).isEmpty();
    assertThat(refusal(label("tenant", "assayer.dev/ignore-"))).contains("exemptions");
    assertThat(refusal(label("dana", "assayer.dev/ignore-"))).isEmpty();
    String born =
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: born-out, labels: {assayer.dev/ignore: ""}}
        """;
    assertThat(refusal(trying("tenant", born))).contains("exemptions");
  }

  @Test
  void theGlassIsBrokenByWhoSaysSo() {
    assertThat(refusal(create("dana", glass("good", "dana", "docker.io/acme/*:*")))).isEmpty();
    assertThat(
            refusal(() ->
                PLANE.kubectl(
                    "",
                    "annotate",
                    "configmap",
                    "good",
                    "a=b",
                    "-n",
                    Chart.NAMESPACE,
                    "--as",
                    "dana")))
        .contains("made once and never changed");
    PLANE.kubectl("", "delete", "configmap", "good", "-n", Chart.NAMESPACE, "--as", "dana");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for somebody else| requestedBy: \"dana\"| requestedBy: \"eve\"| is the user who makes it",
        "that can change| immutable: true| immutable: false| needs immutable",
        "with another label| break-glass: \"true\"| break-glass: \"no\"| label",
        "without a reason| reason: INC-7| reason: \" \"| needs namespace, pattern, reason",
        "with one more key| reason: INC-7| reason: INC-7, more: x| and nothing else",
        "for every namespace| namespace: shop,| namespace: \"*\",| name of one",
        "with a star in the host| docker.io/| \"*\"/| host",
        "for a whole host| docker.io/acme/*:*| docker.io/*:*| host",
        "for ever| 20| 30| at most 24 hours",
      })
  void anObjectThatIsWrongIsRefused(String what, String part, String fault, String said) {
    String yaml = glass("bad", "dana", "docker.io/acme/*:*");
    String wrong =
        part.equals("20")
            ? yaml.replaceAll("expiry: \"20", "expiry: \"30")
            : part.equals("docker.io/")
                ? yaml.replace("docker.io/", "*.io/")
                : yaml.replace(part, fault);
    assertThat(wrong).as(what).isNotEqualTo(yaml);
    assertThat(refusal(trying("dana", wrong))).as(what).contains(said);
  }

  @Test
  @DisplayName("Assayer's own account may neither make such an object nor relabel its own")
  void assayerItselfMayNotBreakTheGlass() {
    assertThat(refusal(trying(REPLICAS, glass("own", REPLICAS, "docker.io/acme/*:*"))))
        .contains("cannot create resource \"configmaps\"");
    // Were it given the right, the policy still stands.
    PLANE.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: test-mistake}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: test-editor}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: "%s"}]
        """
            .formatted(REPLICAS));
    try {
      Await.until(
          "the right",
          () ->
              !refusal(trying(REPLICAS, glass("own", REPLICAS, "docker.io/acme/*:*")))
                  .contains("cannot create"));
      assertThat(refusal(trying(REPLICAS, glass("own", REPLICAS, "docker.io/acme/*:*"))))
          .contains("Assayer itself may not break the glass");
    } finally {
      PLANE.kubectl("", "delete", "clusterrolebinding", "test-mistake");
    }
  }
}
