package dev.assayer.server;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * Helidon's view of a connection. It reads through here, and makes the handshake when it reads for
 * the first time, so that both move the connection on.
 */
final class GuardedContext implements ConnectionContext {
  private final ConnectionContext inner;
  private final Connection connection;
  private final GuardLimits limits;
  private final DataReader reader;

  GuardedContext(ConnectionContext inner, Connection connection, GuardLimits limits) {
    this.inner = inner;
    this.connection = connection;
    this.limits = limits;
    DataReader arriving = inner.dataReader();
    this.reader = DataReader.create(() -> read(arriving));
  }

  private byte[] read(DataReader arriving) {
    if (reader.available() > 0) {
      arrived(); // with the request before: a part of the next one, which wants more
    }
    ScopedValue.where(GuardedEngine.ESTABLISHED, this::established).run(arriving::ensureAvailable);
    arrived();
    return arriving.readBuffer().readBytes();
  }

  private void arrived() {
    if (!connection.arrived(System.nanoTime(), limits.receive())) {
      throw new CloseConnectionException("cut");
    }
  }

  private void established() {
    connection.established(System.nanoTime(), limits.idle());
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public ListenerContext listenerContext() {
    return inner.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return inner.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return inner.dataWriter();
  }

  @Override
  public Router router() {
    return inner.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return inner.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return inner.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return inner.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return inner.localPeer();
  }

  @Override
  public boolean isSecure() {
    return inner.isSecure();
  }

  @Override
  public String socketId() {
    return inner.socketId();
  }

  @Override
  public String childSocketId() {
    return inner.childSocketId();
  }
}
