package dev.assayer.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * Factories that make nothing. TLS over sockets instead of engines would go past {@link
 * GuardedEngine}, and Helidon's socket mode forgets to demand client certificates.
 */
final class NoSockets {
  private NoSockets() {}

  private static IOException refused() {
    return new IOException("TLS is served through engines only; keep useNio");
  }

  static final class Client extends SSLSocketFactory {
    @Override
    public String[] getDefaultCipherSuites() {
      return new String[0];
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return new String[0];
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean close)
        throws IOException {
      throw refused();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw refused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      throw refused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw refused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      throw refused();
    }
  }

  static final class Server extends SSLServerSocketFactory {
    @Override
    public String[] getDefaultCipherSuites() {
      return new String[0];
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return new String[0];
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
      throw refused();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
      throw refused();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
        throws IOException {
      throw refused();
    }
  }
}
