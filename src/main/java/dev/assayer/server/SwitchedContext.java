package dev.assayer.server;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The one context that the HTTP server is given: each new connection gets its engine from whatever
 * context is in use at that moment, so that certificate, client authorities and sessions change
 * together and never in the middle of a handshake.
 */
final class SwitchedContext extends SSLContext {
  private SwitchedContext(Spi spi, SSLContext first) {
    super(spi, first.getProvider(), first.getProtocol());
  }

  /**
   * Makes the context.
   *
   * @param inUse the context for a connection that begins now
   * @param guard put around each engine
   */
  static SwitchedContext over(Supplier<SSLContext> inUse, Function<SSLEngine, SSLEngine> guard) {
    return new SwitchedContext(new Spi(inUse, guard), inUse.get());
  }

  private static final class Spi extends SSLContextSpi {
    private final Supplier<SSLContext> inUse;
    private final Function<SSLEngine, SSLEngine> guard;

    Spi(Supplier<SSLContext> inUse, Function<SSLEngine, SSLEngine> guard) {
      this.inUse = inUse;
      this.guard = guard;
    }

    @Override
    protected void engineInit(
        KeyManager @Nullable [] keys,
        TrustManager @Nullable [] trust,
        @Nullable SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("made ready already");
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return guard.apply(inUse.get().createSSLEngine());
    }

    /** The peer's name is of no use to a server. */
    @Override
    protected SSLEngine engineCreateSSLEngine(@Nullable String host, int port) {
      return engineCreateSSLEngine();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new NoSockets.Client();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return new NoSockets.Server();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return inUse.get().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return inUse.get().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return engineCreateSSLEngine().getSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return engineGetDefaultSSLParameters();
    }
  }
}
