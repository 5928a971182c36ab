package dev.assayer.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that sends any bytes, over TLS or not, and reads answers one by one. */
public final class RawHttp implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /**
   * An answer.
   *
   * @param head status line and header fields, as sent
   */
  public record Answer(int status, String head, String body) {

    /** The first value of a header field. */
    public Optional<String> header(String name) {
      return head.lines()
          .filter(
              line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }
  }

  /** Connects and makes the TLS handshake. */
  public static RawHttp tls(int port, SSLContext context, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.setSoTimeout(30_000);
    try {
      socket.startHandshake();
      return new RawHttp(socket);
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
  }

  /** Connects, without TLS. */
  public static RawHttp plain(int port) throws IOException {
    return new RawHttp(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** The socket itself. */
  public Socket socket() {
    return socket;
  }

  /** Sends text as ISO 8859-1, so that each character is a byte. */
  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes. */
  public RawHttp send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Sends as much as the other end takes. */
  public RawHttp sendUntilRefused(byte[] bytes) {
    try {
      return send(bytes);
    } catch (IOException refused) {
      return this;
    }
  }

  /** Reads one answer. */
  public Answer answer() throws IOException {
    return answer(true);
  }

  /** Reads the answer to a HEAD request. */
  public Answer answerWithoutBody() throws IOException {
    return answer(false);
  }

  /** What comes until the other end closes. */
  public byte[] everything() throws IOException {
    return in.readAllBytes();
  }

  /** Whether the other end closes, before it sends anything, within the time-out of the socket. */
  public boolean isClosed() {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer answer(boolean withBody) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(next());
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    Answer bare = new Answer(Integer.parseInt(text.substring(9, 12)), text, "");
    int length = withBody ? bare.header("Content-Length").map(Integer::parseInt).orElse(0) : 0;
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the answer ends early: " + text);
    }
    return new Answer(bare.status(), text, new String(body, StandardCharsets.UTF_8));
  }

  private int next() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("closed instead of answered");
    }
    return next;
  }
}
