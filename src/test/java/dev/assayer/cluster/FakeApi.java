package dev.assayer.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An API server that answers as a fault would have it. */
final class FakeApi implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile FullHandler handler = (_, _, _, _) -> new Reply(404, "{}");

  /** What it answers. */
  interface Handler {
    Reply answer(String method, String path) throws InterruptedException;
  }

  /** What it answers, seeing all of the request. */
  interface FullHandler {
    Reply answer(String method, String path, String accept, String body)
        throws InterruptedException;
  }

  record Reply(int status, String body) {}

  FakeApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(executor);
    server.start();
  }

  FakeApi answering(Handler next) {
    return answeringAll((method, path, _, _) -> next.answer(method, path));
  }

  FakeApi answeringAll(FullHandler next) {
    handler = next;
    return this;
  }

  FakeApi answering(int status, String body) {
    return answering((_, _) -> new Reply(status, body));
  }

  /** Takes requests and never answers. */
  FakeApi hanging() {
    return answering((_, _) -> {
      over.await();
      return new Reply(500, "");
    });
  }

  Access access() {
    try {
      Path file = Files.createTempFile("kubeconfig", ".yaml");
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          current-context: t
          contexts: [{name: t, context: {cluster: t, user: t}}]
          clusters: [{name: t, cluster: {server: "http://127.0.0.1:%d"}}]
          users: [{name: t, user: {token: "secret-token"}}]
          """
              .formatted(server.getAddress().getPort()));
      file.toFile().deleteOnExit();
      return new Access.Kubeconfig(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      requests.add(exchange.getRequestMethod() + " " + path);
      String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
      Reply reply = handler.answer(exchange.getRequestMethod(), path, accept, sent);
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    executor.shutdownNow();
  }
}
