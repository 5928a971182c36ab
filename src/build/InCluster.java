import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Runs a command as if in a cluster, for the AOT cache: a build has no cluster, but the classes that
 * speak to one shall be in the cache too. On loopback answers, in place of an API server, what a
 * quiet cluster answers: the webhook objects are there, lists are empty, what is written is taken.
 * It ships nowhere, and nothing that is tested goes by it.
 *
 * <pre>java InCluster.java COMMAND…   ends with the command's exit code</pre>
 */
final class InCluster {
  private static final String NAME = "training";

  private InCluster() {}

  public static void main(String... command) throws Exception {
    System.exit(run(command));
  }

  private static int run(String... command) throws Exception {
    Path kubeconfig = Files.createTempFile("in-cluster", ".yaml");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", InCluster::answer);
    server.start();
    try {
      Files.writeString(
          kubeconfig,
          """
          apiVersion: v1
          kind: Config
          clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
          users: [{name: u, user: {token: none}}]
          contexts: [{name: d, context: {cluster: c, user: u}}]
          current-context: d
          """
              .formatted(server.getAddress().getPort()));
      ProcessBuilder process = new ProcessBuilder(command).inheritIO();
      process
          .environment()
          .putAll(
              Map.of(
                  "ASSAYER_RELEASE", NAME,
                  "ASSAYER_POD_NAMESPACE", NAME,
                  "ASSAYER_POD_NAME", NAME,
                  "KUBECONFIG", kubeconfig.toString()));
      return process.start().waitFor();
    } finally {
      Files.delete(kubeconfig);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] sent = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 201, sent);
      } else if (path.contains("webhookconfigurations/")) {
        send(exchange, 200, object("\"webhooks\": [{\"name\": \"a.b.c\", \"timeoutSeconds\": 10}]"));
      } else if (path.equals("/api/v1/namespaces/" + NAME)) {
        send(exchange, 200, object("\"kind\": \"Namespace\""));
      } else if (path.matches(".*/(configmaps|endpointslices|namespaces|pods)")) {
        send(exchange, 200, object("\"items\": []"));
      } else {
        send(exchange, 404, object("\"kind\": \"Status\", \"code\": 404"));
      }
    }
  }

  private static byte[] object(String field) {
    String metadata = "{\"metadata\": {\"name\": \"%s\", \"uid\": \"1\", \"resourceVersion\": \"1\"}, %s}";
    return metadata.formatted(NAME, field).getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, byte[] json) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, json.length == 0 ? -1 : json.length);
    exchange.getResponseBody().write(json);
  }
}
