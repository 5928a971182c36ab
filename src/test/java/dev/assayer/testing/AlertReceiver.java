package dev.assayer.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A receiver of alerts on a loopback port, that answers as a test says. */
public final class AlertReceiver implements AutoCloseable {
  /** The secret part of the address. */
  public static final String TOKEN = "T0KEN-in-the-address";

  /**
   * An answer.
   *
   * @param headers pairs of name and value
   */
  public record Answer(int status, String body, String... headers) {}

  /** A request as it came. */
  public record Got(String method, String path, Map<String, String> headers, String body) {}

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final AtomicInteger number = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean holding;
  private volatile IntFunction<Answer> answers = _ -> new Answer(200, "ok");

  private AlertReceiver(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** One that speaks http and answers 200. */
  public static AlertReceiver plain() {
    try {
      return new AlertReceiver(HttpServer.create(anyPort(), 200), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that speaks https and shows this certificate. */
  public static AlertReceiver secure(TestCa.Identity identity) {
    try {
      HttpsServer https = HttpsServer.create(anyPort(), 200);
      https.setHttpsConfigurator(new HttpsConfigurator(identity.serverContext()));
      return new AlertReceiver(https, "https");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers by the number of the request, from 0. */
  public AlertReceiver answering(IntFunction<Answer> by) {
    answers = by;
    return this;
  }

  /** Always answers with this. */
  public AlertReceiver answering(int status, String body, String... headers) {
    return answering(_ -> new Answer(status, body, headers));
  }

  /** Keeps every request waiting until {@link #release}. */
  public AlertReceiver holding() {
    holding = true;
    return this;
  }

  /** Answers those that wait, and all later ones at once. */
  public void release() {
    holding = false;
    released.countDown();
  }

  /** Its address, with a secret in the path. */
  public URI url() {
    return URI.create(scheme + "://localhost:" + server.getAddress().getPort() + "/hook/" + TOKEN);
  }

  /** The requests so far, in the order in which they came. */
  public List<Got> got() {
    return List.copyOf(got);
  }

  /** The bodies of the requests so far. */
  public List<String> bodies() {
    return got.stream().map(Got::body).toList();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      int index = number.getAndIncrement();
      got.add(
          new Got(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body));
      if (holding) {
        released.await();
      }
      Answer answer = answers.apply(index);
      for (int i = 0; i + 1 < answer.headers().length; i += 2) {
        exchange.getResponseHeaders().add(answer.headers()[i], answer.headers()[i + 1]);
      }
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
