package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.cluster.PackagedRights.Asked;
import dev.assayer.testing.Await;
import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.NeedsControlPlane;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rights of an account on a real API server, compared with those that the chart gives. */
@NeedsControlPlane
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OwnRightsTest {
  private final ControlPlane plane = ControlPlane.shared();
  private final String home = plane.namespace("rights");
  private final PackagedRights packaged =
      PackagedRights.of(home, new Asked(Set.of("notary-creds"), true, true));
  private final KubeApi api;

  OwnRightsTest() {
    plane.apply(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %1$s, namespace: %1$s}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: %1$s}
        rules: %2$s
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: %1$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %1$s}]
        """
            .formatted(home, RightsText.rules(packaged.wide())));
    bind(home, "packaged", RightsText.rules(packaged.home()));
    api =
        KubeApi.open(
            new Access.Kubeconfig(plane.kubeconfig(plane.token(home, home))), new Observed());
  }

  @AfterEach
  void close() {
    api.close();
    plane.kubectl("", "delete", "clusterrole,clusterrolebinding", home);
    plane.kubectl(
        "", "delete", "role,rolebinding", "-n", "default", home + "-added", "--ignore-not-found");
  }

  /** A role for the account in a namespace. */
  private void bind(String namespace, String name, String rules) {
    plane.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s-%2$s, namespace: %3$s}
        rules: %4$s
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s-%2$s, namespace: %3$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s-%2$s}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %1$s}]
        """
            .formatted(home, name, namespace, rules));
  }

  private OwnRights.Found.Known look() {
    OwnRights.Found found = new OwnRights(api, home).look(packaged);
    assertThat(found).as("%s", found).isInstanceOf(OwnRights.Found.Known.class);
    return (OwnRights.Found.Known) found;
  }

  /** The authorizer of the API server learns of a new role within a moment. */
  private OwnRights.Found.Known lookUntilChanged() {
    Await.until("a change", () -> !look().unexpected().isEmpty() || !look().missing().isEmpty());
    return look();
  }

  @Test
  void whatTheChartGivesIsNeitherTooMuchNorTooLittle() {
    Await.until("the roles are known", () -> look().missing().isEmpty());
    assertThat(look().unexpected()).isEmpty();
    assertThat(look().whole()).isTrue();
  }

  @ParameterizedTest
  @DisplayName("OPS-15: a role that somebody added to the account is found, whatever it gives")
  @CsvSource(
      delimiter = '|',
      value = {
        "secrets|get||get secrets",
        "secrets|get|other|get secrets named [other]",
        "secrets|get,list|notary-creds|get,list secrets named [notary-creds]",
        "pods/exec|create||create pods/exec",
        "configmaps|create||create configmaps",
        "configmaps|update||update configmaps",
        "configmaps|patch|other|patch configmaps named [other]",
        "*|get||get *",
        "pods|*||* pods",
      })
  void added(String resource, String verbs, String name, String words) {
    bind(
        home,
        "added",
        "[{apiGroups: [\"\"], resources: [\"%s\"], resourceNames: [%s], verbs: [%s]}]"
            .formatted(resource, name == null ? "" : name, verbs.replace("*", "\"*\"")));
    assertThat(lookUntilChanged().unexpected()).containsExactly(words);
  }

  @Test
  @DisplayName("OPS-15: a role for the account in another namespace is found too")
  void addedElsewhere() {
    bind("default", "added", "[{apiGroups: [\"\"], resources: [pods], verbs: [delete]}]");
    assertThat(lookUntilChanged().unexpected()).containsExactly("delete pods");
  }

  @Test
  void aRightThatTheChartGivesAndSomebodyTookIsMissing() {
    Await.until("the roles are known", () -> look().missing().isEmpty());
    bind(home, "packaged", "[{apiGroups: [\"\"], resources: [pods], verbs: [get]}]");
    OwnRights.Found.Known found = lookUntilChanged();
    assertThat(found.unexpected()).isEmpty();
    assertThat(found.missing())
        .contains("get secrets named [notary-creds]", "create leases of coordination.k8s.io")
        .doesNotContain("get pods");
  }

  @Test
  void anApiServerThatDoesNotAnswerIsNoFinding() {
    try (FakeApi fake = new FakeApi().answering(503, "{}");
        KubeApi away = KubeApi.open(fake.access(), new Observed())) {
      assertThat(new OwnRights(away, home).look(packaged))
          .isInstanceOf(OwnRights.Found.Unknown.class);
    }
  }
}
