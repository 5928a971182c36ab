package dev.assayer.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Somebody else's mutating webhook, called after ours, that rewrites the image of each pod. */
final class LaterWebhook implements AutoCloseable {
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger calls = new AtomicInteger();
  private final Kubectl kubectl;
  private volatile UnaryOperator<String> rewrite = UnaryOperator.identity();

  /**
   * Comes after ours (the API server calls in the order of names), in this namespace alone. Returns
   * when the API server calls it.
   *
   * @param reinvocation {@code Never} or {@code IfNeeded}: whether it is asked again after ours was
   */
  LaterWebhook(Kubectl kubectl, String reinvocation) {
    this.kubectl = kubectl;
    ServerIdentity identity = DemoCa.create().identity();
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setHttpsConfigurator(new HttpsConfigurator(identity.sslContext()));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    String bundle =
        Base64.getEncoder().encodeToString(identity.caPem().getBytes(StandardCharsets.UTF_8));
    kubectl.apply(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: %1$s}
        webhooks:
          - name: later.example.com
            admissionReviewVersions: [v1]
            clientConfig: {url: "https://127.0.0.1:%2$d/", caBundle: %3$s}
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
            reinvocationPolicy: %4$s
            rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
            sideEffects: None
        """
            .formatted(kubectl.namespace(), server.getAddress().getPort(), bundle, reinvocation));
    Await.until(
        "the API server calls it",
        () -> {
          kubectl.ok("run probe --dry-run=server --image=" + ScenarioCluster.EXEMPT);
          return calls() > 0;
        });
  }

  /** From now on it rewrites images so; calls are counted anew. */
  void rewrites(UnaryOperator<String> next) {
    calls.set(0);
    rewrite = next;
  }

  /** How often it was asked. */
  int calls() {
    return calls.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonObject request =
          Kubectl.json(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      String image =
          request
              .get("request")
              .flatMap(Json::asObject)
              .flatMap(review -> review.get("object"))
              .flatMap(Json::asObject)
              .flatMap(pod -> pod.get("spec"))
              .flatMap(Json::asObject)
              .flatMap(spec -> spec.get("containers"))
              .flatMap(Json::asArray)
              .flatMap(containers -> containers.values().getFirst().asObject())
              .map(container -> Kubectl.text(container, "image"))
              .orElseThrow();
      calls.incrementAndGet();
      String patch =
          "[{\"op\":\"replace\",\"path\":\"/spec/containers/0/image\",\"value\":\"%s\"}]"
              .formatted(rewrite.apply(image));
      byte[] answer =
          """
          {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response":
            {"uid": "%s", "allowed": true, "patchType": "JSONPatch", "patch": "%s"}}
          """
              .formatted(
                  Kubectl.text(request, "request", "uid"),
                  Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    kubectl.ok("delete mutatingwebhookconfiguration " + kubectl.namespace());
    server.stop(0);
    threads.shutdownNow();
  }
}
