package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsControlPlane;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who stands behind the webhook's Service on a real API server. */
@NeedsControlPlane
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WebhookEndpointsTest {
  private final ClusterRig rig = new ClusterRig();

  private WebhookEndpoints.Found look() {
    try (KubeApi api = rig.api(rig.release())) {
      return new WebhookEndpoints(api, rig.replica()).look();
    }
  }

  private List<String> foreign() {
    return ((WebhookEndpoints.Found.Known) look()).foreign();
  }

  /** A pod with this address; gives its UID. */
  private String pod(String name, String account, String owner, String address) {
    rig.plane()
        .apply(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: %1$s
              namespace: %2$s
              labels: {assayer.dev/release: %2$s}
              ownerReferences:
                - {apiVersion: apps/v1, kind: ReplicaSet, name: %4$s, uid: u-%4$s, controller: true}
            spec:
              serviceAccountName: %3$s
              containers: [{name: assayer, image: "example.com/assayer:1"}]
            """
                .formatted(name, rig.namespace(), account, owner));
    rig.plane()
        .kubectl(
            "",
            "patch",
            "pod",
            name,
            "-n",
            rig.namespace(),
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"phase\":\"Running\",\"podIP\":\"%1$s\",\"podIPs\":[{\"ip\":\"%1$s\"}]}}"
                .formatted(address));
    return Text.text(rig.get("pod", name, "-n", rig.namespace()), "metadata", "uid");
  }

  private void slice(String name, String endpoints) {
    rig.plane()
        .apply(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: %1$s
              namespace: %2$s
              labels: {kubernetes.io/service-name: %2$s}
            addressType: IPv4
            ports: [{name: https, port: 8443}]
            endpoints: [%3$s]
            """
                .formatted(name, rig.namespace(), endpoints));
  }

  private static String endpoint(String address, String pod, String uid) {
    return "{addresses: [%s], targetRef: {kind: Pod, name: %s, uid: \"%s\"}}"
        .formatted(address, pod, uid);
  }

  @Test
  void podsOfTheReleaseAreNotForeign() {
    String one = pod("one", rig.release(), rig.release() + "-5d8f", "10.1.0.1");
    String two = pod("two", rig.release(), rig.release() + "-77aa", "10.1.0.2");
    slice("s", endpoint("10.1.0.1", "one", one) + ", " + endpoint("10.1.0.2", "two", two));
    assertThat(look()).isEqualTo(new WebhookEndpoints.Found.Known(2, List.of()));
  }

  @Test
  @DisplayName("OPS-17: a second Deployment behind the Service's name is found")
  void aSecondDeployment() {
    String ours = pod("ours", rig.release(), rig.release() + "-5d8f", "10.1.0.1");
    String other = pod("other", rig.release(), "allow-all-5d8f", "10.1.0.2");
    String account = pod("account", "default", rig.release() + "-5d8f", "10.1.0.3");
    slice(
        "s",
        String.join(
            ", ",
            endpoint("10.1.0.1", "ours", ours),
            endpoint("10.1.0.2", "other", other),
            endpoint("10.1.0.3", "account", account)));
    assertThat(foreign())
        .containsExactly(
            "pod other at 10.1.0.2 in EndpointSlice s",
            "pod account at 10.1.0.3 in EndpointSlice s");
  }

  @Test
  @DisplayName("OPS-17: an address that somebody wrote behind the Service's name is found")
  void aForgedSlice() {
    String ours = pod("ours", rig.release(), rig.release() + "-5d8f", "10.1.0.1");
    slice("real", endpoint("10.1.0.1", "ours", ours));
    slice(
        "forged",
        String.join(
            ", ",
            "{addresses: [10.9.9.1]}",
            endpoint("10.9.9.2", "ours", ours),
            endpoint("10.9.9.3", "gone", "u"),
            endpoint("10.1.0.1", "ours", "another-uid")));
    assertThat(foreign())
        .hasSize(4)
        .allSatisfy(words -> assertThat(words).endsWith("in EndpointSlice forged"));
  }

  @Test
  void anApiServerThatRefusesIsNoFinding() {
    try (FakeApi fake = new FakeApi().answering(403, "{}");
        KubeApi api = KubeApi.open(fake.access(), new Observed())) {
      assertThat(new WebhookEndpoints(api, rig.replica()).look())
          .isInstanceOf(WebhookEndpoints.Found.Unknown.class);
    }
  }
}
