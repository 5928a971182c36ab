package dev.assayer.server;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/** What both listeners ask of Helidon. */
final class Listeners {
  /** Above the longest deadline: our own drain decides how long to wait. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static final Duration AFTERWARDS = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final int MAX_HEADERS = 16 << 10;
  private static final int MAX_REQUEST_LINE = 4 << 10;

  private Listeners() {}

  static WebServerConfig.Builder builder(
      String name, String address, int port, ConnectionGuard guard, Exchange.Handler handler) {
    return WebServer.builder()
        .name(name)
        .host(address)
        .port(port)
        .shutdownHook(false)
        .featuresDiscoverServices(false)
        .shutdownGracePeriod(GRACE)
        .maxTcpConnections(-1)
        .connectionOptions(guard)
        .directHandlers(FramingErrors.everywhere())
        .contentEncoding(new NoContentCoding())
        .addProtocol(
            Http1Config.builder()
                .maxHeadersSize(MAX_HEADERS)
                .maxPrologueLength(MAX_REQUEST_LINE)
                .validatePath(true)
                .validatePrologue(true)
                .validateRequestHeaders(true)
                .sendKeepAliveHeader(false)
                .addReceiveListener(guard)
                .addSendListener(guard)
                .build())
        .routing(HttpRouting.builder().addFilter(new Exchange(guard, handler)));
  }

  /**
   * Binds and answers from now on. Helidon itself only logs that it could not bind, and returns.
   *
   * @throws UncheckedIOException when the address cannot be bound
   */
  static WebServer start(WebServerConfig.Builder builder, String address, int port) {
    WebServer server = builder.build().start();
    if (!server.isRunning() || server.port() < 0) {
      server.stop();
      throw new UncheckedIOException(refusal(address, port));
    }
    return server;
  }

  /** What the system says to the same wish, since Helidon kept its answer. */
  private static IOException refusal(String address, int port) {
    String wish = "cannot bind " + address + " port " + port;
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(address, port));
      return new IOException(wish);
    } catch (IOException same) {
      return new IOException(wish + ": " + same.getMessage());
    }
  }

  /** Takes no more connections, lets requests under way end, and stops. */
  static boolean drain(WebServer server, ConnectionGuard guard, Duration atMost) {
    ConnectionTable table = guard.table();
    table.close(); // before stop, which would interrupt a connection between two requests
    Thread stopping = Thread.ofVirtual().start(server::stop);
    boolean ended = awaitEmpty(table, System.nanoTime() + atMost.toNanos());
    guard.close();
    try {
      stopping.join(AFTERWARDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    return ended;
  }

  private static boolean awaitEmpty(ConnectionTable table, long dueNanos) {
    try {
      while (true) {
        table.reap();
        if (table.size() == 0) {
          return true;
        }
        if (System.nanoTime() - dueNanos >= 0) {
          return false;
        }
        Thread.sleep(POLL);
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
