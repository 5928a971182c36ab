package dev.assayer.server;

import dev.assayer.decision.Refusal;
import io.helidon.common.socket.SocketContext;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Closes what Helidon leaves open: connections that say nothing, or say it one byte at a time. It
 * sees each connection when it is accepted, before TLS, and after it, whatever arrives on it, and
 * each request at its first line; one thread closes what is overdue.
 */
final class ConnectionGuard implements SocketOptions, Http1ConnectionListener, AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final System.Logger LOGGER = System.getLogger(ConnectionGuard.class.getName());

  private final SocketOptions options = SocketOptions.builder().tcpNoDelay(true).build();
  private final GuardLimits limits;
  private final Consumer<Refusal> ended;
  private final ConnectionTable table;
  private final Thread reaper;
  private volatile boolean retiring;

  /**
   * Starts the reaper.
   *
   * @param name of the listener, for the thread's name
   * @param ended told why a connection ends before a request is whole
   */
  ConnectionGuard(String name, GuardLimits limits, Consumer<Refusal> ended) {
    this.limits = limits;
    this.ended = ended;
    this.table = new ConnectionTable(limits, ended);
    this.reaper = Thread.ofPlatform().daemon().name(name + "-reaper").start(this::reap);
  }

  /** The connections of this listener. */
  ConnectionTable table() {
    return table;
  }

  /**
   * A connection as Helidon shall see it: what arrives moves it on.
   *
   * @throws CloseConnectionException if it was cut
   */
  ConnectionContext guarded(ConnectionContext context) {
    Connection connection = find(context).orElseThrow(() -> new CloseConnectionException("cut"));
    return new GuardedContext(context, connection, limits);
  }

  /** The connection of a request that reached our own code. Unknown ones are closed. */
  Connection routed(ServerRequest request) {
    Connection connection =
        Optional.ofNullable(request.remotePeer().address())
            .flatMap(peer -> table.find(new ConnectionTable.Key(request.socketId(), peer)))
            .orElseThrow(() -> new CloseConnectionException("cut"));
    connection.route();
    return connection;
  }

  /** From now on each connection ends with its next answer. */
  void retire() {
    retiring = true;
  }

  /** Whether connections shall end with their answer. */
  boolean isRetiring() {
    return retiring || table.isClosing();
  }

  /**
   * A request's answer is sent: waits for the next one, or ends. One whose answer did not say that
   * it ends is kept while retiring: the client may have sent the next request already.
   */
  void answered(Connection connection) {
    if (!connection.rest(System.nanoTime(), limits.idle()) || table.isClosing()) {
      throw new CloseConnectionException("no further request is taken");
    }
  }

  /** Ends the reaper and every connection. */
  @Override
  public void close() {
    table.closeAll();
    reaper.interrupt();
  }

  @Override
  public void configureSocket(SocketChannel channel) {
    options.configureSocket(channel);
    try {
      // As Helidon names a channel to its listeners.
      String id = "0x" + HexFormat.of().toHexDigits(System.identityHashCode(channel));
      table.accept(new ConnectionTable.Key(id, channel.getRemoteAddress()), channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // gone already; Helidon closes our end
    }
  }

  @Override
  public void prologue(ConnectionContext context, HttpPrologue prologue) {
    boolean open =
        find(context).filter(one -> one.receive(System.nanoTime(), limits.receive())).isPresent();
    if (!open) {
      throw new CloseConnectionException("cut");
    }
  }

  /** What Helidon answers by itself is a framing error, and ends the connection. */
  @Override
  public void status(ConnectionContext context, Status status) {
    find(context)
        .filter(one -> !one.isRouted() && one.phase() != Connection.Phase.CUT && one.blame())
        .ifPresent(_ -> ended.accept(Refusal.BAD_FRAMING));
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return options.socketOptions();
  }

  @Override
  public Duration connectTimeout() {
    return options.connectTimeout();
  }

  @Override
  public Duration readTimeout() {
    return options.readTimeout();
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return options.socketReceiveBufferSize();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return options.socketSendBufferSize();
  }

  @Override
  public boolean socketReuseAddress() {
    return options.socketReuseAddress();
  }

  @Override
  public boolean socketKeepAlive() {
    return options.socketKeepAlive();
  }

  @Override
  public boolean tcpNoDelay() {
    return options.tcpNoDelay();
  }

  /** Helidon has no address of a channel that is closed. */
  private Optional<Connection> find(SocketContext context) {
    return Optional.ofNullable(context.remotePeer().address())
        .flatMap(peer -> table.find(new ConnectionTable.Key(context.childSocketId(), peer)));
  }

  private void reap() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        reapOnce();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void reapOnce() {
    try {
      table.reap();
    } catch (RuntimeException failure) {
      LOGGER.log(System.Logger.Level.ERROR, "the connection reaper failed, and goes on", failure);
    }
  }
}
