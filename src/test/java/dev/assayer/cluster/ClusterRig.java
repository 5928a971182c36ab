package dev.assayer.cluster;

import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.testing.ControlPlane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One installation in a namespace of its own on the shared control plane: accounts with the rights
 * that the chart gives, the ConfigMap with the webhook objects, and what a replica sees.
 */
public final class ClusterRig {
  private final ControlPlane plane;
  private final String namespace;
  private final DemoCa ca = DemoCa.create();
  private final ServerIdentity identity;
  private final Observed observed = new Observed();
  private final String release;

  /** Installs all but the webhook objects, on the control plane that tests share. */
  public ClusterRig() {
    this(ControlPlane.shared());
  }

  /** The same on this control plane. */
  public ClusterRig(ControlPlane plane) {
    this.plane = plane;
    namespace = plane.namespace("assayer");
    release = namespace; // webhook objects have no namespace: a name of their own for each rig
    identity = ca.identity(release + "." + namespace + ".svc");
    plane.apply(accounts());
    plane.apply(packaged());
    sharedMaps().make();
  }

  /** The ConfigMaps that replicas share. */
  public SharedMaps sharedMaps() {
    return new SharedMaps(this);
  }

  public String namespace() {
    return namespace;
  }

  public String release() {
    return release;
  }

  public ControlPlane plane() {
    return plane;
  }

  Observed observed() {
    return observed;
  }

  public String caPem() {
    return ca.pem();
  }

  /** The certificate that the webhook's clients expect. */
  public ServerIdentity identity() {
    return identity;
  }

  /** The environment of a process under this account. */
  public Map<String, String> environment(String account) {
    return Map.of(
        ClusterSettings.RELEASE,
        release,
        ClusterSettings.NAMESPACE,
        namespace,
        ClusterSettings.POD,
        release + "-0",
        "KUBECONFIG",
        plane.kubeconfig(plane.token(namespace, account)).toString());
  }

  ClusterSettings settings(String account) {
    return settings(plane.kubeconfig(plane.token(namespace, account)), account);
  }

  ClusterSettings settings(Path kubeconfig, String account) {
    return new ClusterSettings(
        release,
        namespace,
        release + "-0",
        account,
        new Access.Kubeconfig(kubeconfig),
        Optional.empty());
  }

  ClusterSettings replica() {
    return settings(release);
  }

  KubeApi api(String account) {
    return KubeApi.open(settings(account).access(), observed);
  }

  public WebhookInstaller installer() {
    return installer(Duration.ofSeconds(20));
  }

  WebhookInstaller installer(Duration timeout) {
    return new WebhookInstaller(api(release + "-hooks"), settings(release + "-hooks"), timeout);
  }

  /** A replica's watch; it serves the certificate that {@link #caPem} vouches for. */
  WebhookWatch watch(Instant now) {
    return watch(now, List.of(identity.certificate()));
  }

  WebhookWatch watch(Instant now, List<X509Certificate> served) {
    return new WebhookWatch(
        api(release).patient(Duration.ofSeconds(10)), replica(), observed, () -> now, () -> served);
  }

  /** Gives the replicas' account exactly what the chart would. */
  public void rightsOfTheChart(PackagedRights packaged) {
    plane.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: %1$s}
        rules: %2$s
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %1$s, namespace: %1$s}
        rules: %3$s
        """
            .formatted(
                release, RightsText.rules(packaged.wide()), RightsText.rules(packaged.home())));
  }

  JsonObject get(String... what) {
    String[] arguments = new String[what.length + 3];
    arguments[0] = "get";
    System.arraycopy(what, 0, arguments, 1, what.length);
    arguments[what.length + 1] = "-o";
    arguments[what.length + 2] = "json";
    String text = plane.kubectl("", arguments);
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), JsonLimits.text(4 << 20))
          .asObject()
          .orElseThrow();
    } catch (dev.assayer.json.JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonObject mutating() {
    return get("mutatingwebhookconfiguration", release);
  }

  /** Changes the live mutating object as an administrator would. */
  public void patchMutating(String jsonPatch) {
    plane.kubectl(
        "", "patch", "mutatingwebhookconfiguration", release, "--type=json", "-p", jsonPatch);
  }

  public void delete(String kind) {
    plane.kubectl("", "delete", kind, release, "--ignore-not-found");
  }

  String namespaceUid() {
    return Text.text(get("namespace", namespace), "metadata", "uid");
  }

  /** Pods do not run on this control plane, so their status is written by hand. */
  public void pod(String name, Map<String, String> edits) {
    String yaml =
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          namespace: %s
          labels: {assayer.dev/release: %s}
          annotations: {%s}
        spec:
          serviceAccountName: %s
          containers: [{name: assayer, image: "%s"}]
        """
            .formatted(
                name,
                namespace,
                edits.getOrDefault("release", release),
                edits.getOrDefault("annotation", "assayer.dev/namespace-uid: " + namespaceUid()),
                edits.getOrDefault("account", release + "-hooks"),
                edits.getOrDefault("image", "example.com/assayer:1"));
    plane.apply(yaml);
    plane.kubectl(
        "",
        "patch",
        "pod",
        name,
        "-n",
        namespace,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"phase\":\"" + edits.getOrDefault("phase", "Running") + "\"}}");
  }

  private String packaged() {
    return """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: %1$s-webhooks, namespace: %1$s}
    data:
      mutating.yaml: |
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: %1$s, labels: {app.kubernetes.io/name: assayer}}
        webhooks:
          - name: mutate.assayer.dev
            admissionReviewVersions: [v1]
            clientConfig: {service: {name: %1$s, namespace: %1$s, path: /mutate}}
            failurePolicy: Fail
            matchPolicy: Equivalent
            namespaceSelector:
              matchLabels: {test.assayer.dev/only: %1$s}
            rules:
              - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
            sideEffects: NoneOnDryRun
            timeoutSeconds: 10
            reinvocationPolicy: IfNeeded
          - name: mutate-system.assayer.dev
            admissionReviewVersions: [v1]
            clientConfig: {service: {name: %1$s, namespace: %1$s, path: /mutate}}
            failurePolicy: Ignore
            namespaceSelector:
              matchLabels: {test.assayer.dev/only: %1$s-system}
            rules:
              - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
            sideEffects: NoneOnDryRun
      validating.yaml: |
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: %1$s}
        webhooks:
          - name: validate.assayer.dev
            admissionReviewVersions: [v1]
            clientConfig: {service: {name: %1$s, namespace: %1$s, path: /validate}}
            namespaceSelector:
              matchLabels: {test.assayer.dev/only: %1$s}
            rules:
              - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
            sideEffects: NoneOnDryRun
            timeoutSeconds: 8
    """
        .formatted(release);
  }

  /** What the chart gives its two accounts. */
  private String accounts() {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %1$s, namespace: %1$s}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %1$s-hooks, namespace: %1$s}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %1$s-nobody, namespace: %1$s}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: %1$s}
    rules:
      - apiGroups: [admissionregistration.k8s.io]
        resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
        resourceNames: [%1$s]
        verbs: [get]
      - {apiGroups: [""], resources: [namespaces], verbs: [get, list]}
      - {apiGroups: [""], resources: [events], verbs: [create]}
      - {apiGroups: [apps], resources: [replicasets], verbs: [get]}
      - {apiGroups: [""], resources: [pods], verbs: [list]}
      - {apiGroups: [""], resources: [nodes], verbs: [get]}
      - {apiGroups: [wgpolicyk8s.io], resources: [policyreports], verbs: [list, create]}
      - apiGroups: [wgpolicyk8s.io]
        resources: [policyreports]
        resourceNames: [%1$s]
        verbs: [patch, delete]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: %1$s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
    subjects: [{kind: ServiceAccount, name: %1$s, namespace: %1$s}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: %1$s, namespace: %1$s}
    rules:
      - {apiGroups: [""], resources: [pods], verbs: [get]}
      - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list]}
      - {apiGroups: [""], resources: [configmaps], verbs: [get, list]}
      - {apiGroups: [""], resources: [configmaps], resourceNames: [%1$s-seen], verbs: [get, patch]}
      - {apiGroups: [""], resources: [configmaps], verbs: [create]}
      - {apiGroups: [""], resources: [configmaps], resourceNames: [%2$s], verbs: [get, patch]}
      - {apiGroups: [""], resources: [secrets], resourceNames: [notary-creds], verbs: [get]}
      - apiGroups: [coordination.k8s.io]
        resources: [leases]
        resourceNames: [%1$s-leader]
        verbs: [get, update, patch]
      - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: %1$s, namespace: %1$s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s}
    subjects: [{kind: ServiceAccount, name: %1$s, namespace: %1$s}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: %1$s-hooks}
    rules:
      - apiGroups: [admissionregistration.k8s.io]
        resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
        resourceNames: [%1$s]
        verbs: [get, patch, update, delete]
      - apiGroups: [admissionregistration.k8s.io]
        resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
        verbs: [create]
      - {apiGroups: [""], resources: [namespaces], resourceNames: [%1$s], verbs: [get]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: %1$s-hooks}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s-hooks}
    subjects: [{kind: ServiceAccount, name: %1$s-hooks, namespace: %1$s}]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: %1$s-hooks, namespace: %1$s}
    rules:
      - {apiGroups: [""], resources: [configmaps], resourceNames: [%1$s-webhooks], verbs: [get]}
      - {apiGroups: [""], resources: [configmaps], resourceNames: [%1$s-seen], verbs: [patch]}
      - apiGroups: [""]
        resources: [pods]
        resourceNames: [assayer-bootstrap-sentinel]
        verbs: [get, patch]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: %1$s-hooks, namespace: %1$s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %1$s-hooks}
    subjects: [{kind: ServiceAccount, name: %1$s-hooks, namespace: %1$s}]
    """
        .formatted(release, String.join(", ", sharedMaps().names()));
  }
}
