package dev.assayer.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assayer.samples.ServerIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTPS server on a free port, with optional authentication, a log of what was asked, and faults
 * by path.
 */
public abstract sealed class EmbeddedServer implements AutoCloseable
    permits NotaryServer, OciRegistry {
  /** Above the usual 50, so that a burst of clients is not slowed by repeated SYNs. */
  private static final int BACKLOG = 1024;

  private final ServerIdentity identity;
  private final InetAddress address;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Gatekeeper gatekeeper = new Gatekeeper();
  private Optional<Running> running = Optional.empty();
  private int port;

  private record Running(HttpsServer server, ExecutorService threads) {}

  EmbeddedServer(ServerIdentity identity, InetAddress address) {
    this.identity = identity;
    this.address = address;
    start();
  }

  /** Answers an authenticated GET or HEAD. */
  abstract void answer(HttpExchange exchange, String path) throws IOException;

  /** The repository that a path needs a token for; empty for {@code /v2/}. */
  abstract Optional<String> repositoryOf(String path);

  /** {@code localhost:PORT}. */
  public final String baseHost() {
    return "localhost:" + port;
  }

  /** {@code 127.0.0.1:PORT}. */
  public final String addressHost() {
    return "127.0.0.1:" + port;
  }

  /** The port, the same after each {@link #start}. */
  public final int port() {
    return port;
  }

  /** The CA that a client must trust, as PEM. */
  public final String caPem() {
    return identity.caPem();
  }

  /** Every request since the start or {@link #clearRequests}: {@code GET /v2/…?query}. */
  public final List<String> requests() {
    return List.copyOf(requests);
  }

  /** Forgets the log of requests. */
  public final void clearRequests() {
    requests.clear();
  }

  /** Who may read; by default everyone. */
  public final Gatekeeper gatekeeper() {
    return gatekeeper;
  }

  /** Misbehaves on this exact path; {@code "*"}: on every path without a fault of its own. */
  public final void fault(String path, Fault fault) {
    faults.put(path, fault);
  }

  /** Behaves again. */
  public final void clearFaults() {
    faults.clear();
  }

  /** Listens again after {@link #stop}, on the same port. Does nothing while running. */
  public final synchronized void start() {
    if (running.isPresent()) {
      return;
    }
    tuneTheJdk();
    try {
      HttpsServer server = HttpsServer.create(new InetSocketAddress(address, port), BACKLOG);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setHttpsConfigurator(new HttpsConfigurator(identity.sslContext()));
      server.setExecutor(threads);
      server.createContext("/", this::handle);
      server.start();
      port = server.getAddress().getPort();
      running = Optional.of(new Running(server, threads));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address + " port " + port, e);
    }
  }

  /** Closes the port and all connections at once: the server is down. */
  public final synchronized void stop() {
    running.ifPresent(was -> {
      was.server().stop(0);
      var _ = was.threads().shutdownNow();
    });
    running = Optional.empty();
  }

  @Override
  public final void close() {
    stop();
  }

  /** Sends a whole answer; for HEAD its headers alone. */
  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
    } else if (body.length == 0) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      String path = exchange.getRequestURI().getPath();
      Fault fault = faults.getOrDefault(path, faults.get("*"));
      HttpHandler honest = this::authenticated;
      if (fault == null) {
        honest.handle(exchange);
      } else {
        fault.answer(exchange, honest);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void authenticated(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      send(exchange, 405, new byte[0]);
    } else if (path.equals(Gatekeeper.TOKEN_PATH)) {
      gatekeeper.issue(exchange);
    } else if (gatekeeper.admits(exchange, repositoryOf(path))) {
      answer(exchange, path);
    }
  }

  /**
   * The JDK's server reads these once in a process. Without the first, header and body travel in
   * two segments and the client's delayed ACK costs 40 ms; the others keep it from closing idle
   * connections just when a client reuses them.
   */
  private static void tuneTheJdk() {
    Map.of("nodelay", "true", "maxIdleConnections", "10000", "idleInterval", "3600")
        .forEach((name, value) -> {
          String property = "sun.net.httpserver." + name;
          System.setProperty(property, System.getProperty(property, value));
        });
  }

  static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
