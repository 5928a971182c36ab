package dev.assayer.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One kept HTTP/1.1 connection over TLS that does nothing but send and read: the load generator
 * takes the same two cores as what it measures. For one thread.
 */
final class KeepAlive implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final SSLSocket socket;
  private final InputStream in;
  private final String host;

  /** An answer. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, byte[] body) {}

  private KeepAlive(SSLSocket socket, String host) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
    this.host = host;
  }

  /** Connects and shakes hands. */
  static KeepAlive open(URI server, SSLContext tls) throws IOException {
    var socket =
        (SSLSocket) tls.getSocketFactory().createSocket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.startHandshake();
    return new KeepAlive(socket, server.getAuthority());
  }

  /** Asks for a file and does not wait, so that one thread has several on the way. */
  void sendGet(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", new byte[0]);
  }

  /** Gets a file. */
  Answer get(String path) throws IOException {
    sendGet(path);
    return receive();
  }

  /** Posts a body. */
  Answer post(String path, String contentType, byte[] body) throws IOException {
    send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n",
        body);
    return receive();
  }

  private void send(String head, byte[] body) throws IOException {
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[start.length + body.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    socket.getOutputStream().write(all);
  }

  /** The answer to the oldest request that has none yet. */
  Answer receive() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = -1;
    boolean chunked = false;
    for (String field = line(); !field.isEmpty(); field = line()) {
      String lower = field.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(field.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = true;
      }
    }
    return new Answer(status, chunked ? chunks() : in.readNBytes(Math.max(0, length)));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int size = -1; size != 0; ) {
      size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
      all.writeBytes(in.readNBytes(size));
      String _ = line();
    }
    return all.toByteArray();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the server closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
