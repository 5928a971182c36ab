package dev.assayer.e2e;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.json.JsonObject;
import dev.assayer.testing.ControlPlane;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asks the API server itself, where kubectl would be too slow for a load or says too little. */
final class ApiClient {
  private final ControlPlane plane;
  private final HttpClient http;

  /** The API server's answer. */
  record Told(int status, JsonObject body) {
    boolean created() {
      return status == 201;
    }

    String message() {
      return Kubectl.text(body, "message");
    }
  }

  ApiClient(ControlPlane plane) {
    this.plane = plane;
    if (!(Pem.certificates(plane.caPem())
        instanceof PemList.Loaded<X509Certificate>(List<X509Certificate> ca))) {
      throw new IllegalStateException(plane.caPem());
    }
    // Of HTTP/2 the JDK's client refuses more than a hundred requests at once.
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(TlsTrust.only(ca).clientContext())
            .build();
  }

  /** Creates a pod with one container. */
  Told create(String namespace, String name, String image, Map<String, String> headers)
      throws IOException, InterruptedException {
    String pod =
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s"},
         "spec": {"containers": [{"name": "c", "image": "%s"}]}}
        """
            .formatted(name, image);
    HttpRequest.Builder request = posting("/api/v1/namespaces/" + namespace + "/pods", pod);
    headers.forEach(request::header);
    return send(request);
  }

  /** Creates an object, JSON, in this collection. */
  Told create(String path, String object) throws IOException, InterruptedException {
    return send(posting(path, object));
  }

  private HttpRequest.Builder posting(String path, String json) {
    return HttpRequest.newBuilder(plane.uri().resolve(path))
        .header("Authorization", "Bearer " + plane.adminToken())
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(30))
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  private Told send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Told(answer.statusCode(), Kubectl.json(answer.body()));
  }
}
