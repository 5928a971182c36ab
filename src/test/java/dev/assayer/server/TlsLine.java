package dev.assayer.server;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One TLS connection of a client, kept open between requests. */
final class TlsLine implements AutoCloseable {
  final SSLSocket socket;
  private final BufferedReader in;

  private TlsLine(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  /** Connects and shakes hands; the host name is checked unless {@code edit} changes that. */
  static TlsLine connect(int port, SSLContext context, Consumer<SSLParameters> edit)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    try {
      socket.setSoTimeout(20_000);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      edit.accept(parameters);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new TlsLine(socket);
    } catch (IOException | RuntimeException refused) {
      socket.close();
      throw refused;
    }
  }

  /** Sends a request and returns the body of the answer, which must be 200. */
  String get() throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    String status = line();
    if (!status.contains(" 200 ")) {
      throw new IOException("the server answered " + status);
    }
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    char[] body = new char[length];
    int at = 0;
    while (at < length) {
      int read = in.read(body, at, length - at);
      if (read < 0) {
        throw new EOFException();
      }
      at += read;
    }
    return new String(body);
  }

  private String line() throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new EOFException("the server closed the connection");
    }
    return line;
  }

  /** The leaf that the server showed. */
  X509Certificate shown() throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
