package dev.assayer.watch;

import dev.assayer.testing.ControlPlane;
import dev.assayer.testing.Relay;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** What a real API server gets as an answer, and from whom. */
final class CallLanes {
  private CallLanes() {}

  /** What it counts itself: answers of nobody, and of somebody else. */
  static Lane apiServer(Site site) throws IOException {
    site.standing("AssayerSelfIntegrity", "AssayerExemptionsHigh");
    ControlPlane plane = ControlPlane.shared();
    LiveReplica replica = site.replica("a").start(ServiceLanes.APPROVING, Map.of());
    Relay relay = site.closing(new Relay(replica.port()));
    LiveReplica admitting = site.replica("b").start(ServiceLanes.APPROVING, Map.of());
    LiveReplica denying =
        site.replica("c").start(ServiceLanes.APPROVING.replace("true", "false"), Map.of());
    String namespace = plane.namespace("called");
    plane.kubectl("", "label", "namespace", namespace, "called=" + namespace);
    plane.apply(webhook(namespace, relay.port(), LiveReplica.CA.pem()));
    site.closing(() -> plane.kubectl("", "delete", "mutatingwebhookconfiguration", namespace));
    HttpClient client = site.closing(client(plane));
    Lock call = new ReentrantLock();
    site.load(
            TrustLanes.PAUSE,
            () -> {
              call.lock();
              try {
                dryRun(client, plane, namespace);
              } finally {
                call.unlock();
              }
            })
        .watchedWith(job(plane, site.folder("apiserver")), "", replica.target());
    return Lane.on(site)
        .fault(FaultKind.ANSWERS_IGNORED, relay::cut, () -> relay.to(replica.port()))
        .fault(
            FaultKind.COUNTERFEIT_ADMITS,
            () -> between(call, () -> relay.to(admitting.port())),
            () -> between(call, () -> relay.to(replica.port())))
        .fault(
            FaultKind.COUNTERFEIT_DENIES,
            () -> between(call, () -> relay.to(denying.port())),
            () -> between(call, () -> relay.to(replica.port())));
  }

  /** Between two calls, none of which breaks off then. */
  private static void between(Lock call, Runnable change) {
    call.lock();
    try {
      change.run();
    } finally {
      call.unlock();
    }
  }

  private static void dryRun(HttpClient client, ControlPlane plane, String namespace)
      throws IOException, InterruptedException {
    String pod =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"cart"},
        "spec":{"containers":[{"name":"c","image":"registry.example/acme/app:signed"}]}}
        """;
    var _ =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        plane.uri() + "/api/v1/namespaces/" + namespace + "/pods?dryRun=All"))
                .header("Authorization", "Bearer " + plane.adminToken())
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(15))
                .POST(HttpRequest.BodyPublishers.ofString(pod))
                .build(),
            HttpResponse.BodyHandlers.discarding());
  }

  /** Scrapes what the API server counts of webhooks. */
  private static String job(ControlPlane plane, Path folder) throws IOException {
    Path ca = Files.writeString(folder.resolve("ca.crt"), plane.caPem());
    return """
      - job_name: apiserver
        scheme: https
        scrape_interval: 2s
        scrape_timeout: 2s
        tls_config: {ca_file: '%s'}
        authorization: {credentials: '%s'}
        static_configs: [{targets: ['127.0.0.1:%d']}]
        metric_relabel_configs:
          - source_labels: [__name__]
            regex: apiserver_admission_webhook_(fail_open_count|re.+)
            action: keep
    """
        .formatted(ca, plane.adminToken(), plane.uri().getPort());
  }

  private static HttpClient client(ControlPlane plane) {
    return HttpClient.newBuilder().sslContext(ClientAuthority.trusting(plane.caPem())).build();
  }

  private static String webhook(String name, int port, String caPem) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: %1$s}
    webhooks:
      - name: mutate.assayer.dev
        admissionReviewVersions: [v1]
        clientConfig: {url: "https://localhost:%2$d/mutate", caBundle: %3$s}
        failurePolicy: Ignore
        namespaceSelector: {matchLabels: {called: %1$s}}
        rules:
          - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
        sideEffects: NoneOnDryRun
        timeoutSeconds: 10
    """
        .formatted(
            name, port, Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.UTF_8)));
  }
}
