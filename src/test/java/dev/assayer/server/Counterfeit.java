package dev.assayer.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assayer.samples.ServerIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody with our certificate who admits every other pod, whatever it is. */
final class Counterfeit implements AutoCloseable {
  private static final Pattern UID = Pattern.compile("\"uid\":\"([^\"]+)\"");

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();

  private Counterfeit(HttpsServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  static Counterfeit start(ServerIdentity identity) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setHttpsConfigurator(new HttpsConfigurator(identity.sslContext()));
    return new Counterfeit(server);
  }

  int port() {
    return server.getAddress().getPort();
  }

  int asked() {
    return asked.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String review = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Matcher uid = UID.matcher(review);
      byte[] answer =
          """
          {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
          "response":{"uid":"%s","allowed":%s,"status":{"code":403,"message":"no"}}}
          """
              .formatted(uid.find() ? uid.group(1) : "", asked.get() % 2 == 0)
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      asked.incrementAndGet();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
