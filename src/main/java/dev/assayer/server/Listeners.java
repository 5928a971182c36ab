package dev.assayer.server;

import io.helidon.http.Header;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What all listeners ask of Helidon. */
final class Listeners {
  /** Above the longest deadline: our own drain decides how long to wait. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  /** For first requests that are on their way when the listener closes. */
  static final Duration FIRST = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(10);
  private static final int MAX_HEADERS = 16 << 10;
  private static final int MAX_REQUEST_LINE = 4 << 10;

  private Listeners() {}

  static WebServerConfig.Builder builder(
      String name, String address, int port, ConnectionGuard guard, Exchange.Handler handler) {
    return builder(name, address, port, guard, handler, List.of());
  }

  /** The same, with these header fields in every answer. */
  static WebServerConfig.Builder builder(
      String name,
      String address,
      int port,
      ConnectionGuard guard,
      Exchange.Handler handler,
      List<Header> always) {
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
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new GuardedProtocol(http(guard), guard))
        .routing(HttpRouting.builder().addFilter(new Exchange(guard, handler, always)));
  }

  private static Http1Config http(ConnectionGuard guard) {
    return Http1Config.builder()
        .maxHeadersSize(MAX_HEADERS)
        .maxPrologueLength(MAX_REQUEST_LINE)
        .validatePath(true)
        .validatePrologue(true)
        .validateRequestHeaders(true)
        .sendKeepAliveHeader(false)
        .addReceiveListener(guard)
        .addSendListener(guard)
        .build();
  }

  /**
   * Starts it. Helidon only logs a port that is taken, and returns as if it served.
   *
   * @throws UncheckedIOException if the address cannot be bound
   */
  static WebServer start(WebServerConfig.Builder listener) {
    WebServer server = listener.build().start();
    if (server.isRunning() && server.port() > 0) {
      return server;
    }
    throw new UncheckedIOException(obstacle(listener.host(), listener.port()));
  }

  /** Binds again by hand, to learn what was wrong. */
  private static IOException obstacle(String address, int port) {
    String wish = "cannot bind " + address + " port " + port;
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getAllByName(address)[0], port));
      return new IOException(wish + ", see the log");
    } catch (IOException why) {
      return new IOException(wish + ": " + why.getMessage());
    }
  }

  /**
   * Takes no more connections, lets requests under way end, and stops.
   *
   * @param first how long new connections may still send their first request, {@code atMost} at
   *     most
   */
  static boolean drain(WebServer server, ConnectionGuard guard, Duration first, Duration atMost) {
    ConnectionTable table = guard.table();
    table.refuse();
    Duration patience = first.compareTo(atMost) < 0 ? first : atMost;
    boolean _ = await(() -> !table.awaitsFirst(), table, patience);
    catchUp(patience);
    table.close(); // before stop, which would interrupt a connection between two requests
    Thread stopping = Thread.ofVirtual().start(server::stop);
    boolean ended = await(() -> table.size() == 0, table, atMost);
    guard.close();
    try {
      stopping.join(AFTERWARDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    return ended;
  }

  /**
   * After a stall of the machine, requests that came meanwhile are read before their connections
   * count as unused: returns when threads run on time again.
   */
  private static void catchUp(Duration atMost) {
    long due = System.nanoTime() + atMost.toNanos();
    long late = 2 * POLL.toNanos();
    try {
      while (System.nanoTime() - due < 0) {
        long began = System.nanoTime();
        Thread.sleep(POLL);
        if (System.nanoTime() - began < late) {
          return;
        }
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean await(BooleanSupplier done, ConnectionTable table, Duration atMost) {
    long due = System.nanoTime() + atMost.toNanos();
    try {
      while (true) {
        table.reap();
        if (done.getAsBoolean()) {
          return true;
        }
        if (System.nanoTime() - due >= 0) {
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
