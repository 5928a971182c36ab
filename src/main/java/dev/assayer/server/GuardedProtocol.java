package dev.assayer.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** HTTP/1.1, the only protocol of a listener, on connections that a guard watches. */
final class GuardedProtocol implements ServerConnectionSelector {
  private final Http1ConnectionSelector http;
  private final ConnectionGuard guard;

  /** Upgrades to nothing. */
  GuardedProtocol(Http1Config config, ConnectionGuard guard) {
    this.http = Http1ConnectionSelector.builder().config(config).build();
    this.guard = guard;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return http.connection(guard.guarded(context));
  }
}
