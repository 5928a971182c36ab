package dev.assayer.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** Behaviours for {@link FaultServer}, from the well-behaved to the hostile. */
public final class Faults {
  private Faults() {}

  /** A plain 200. */
  public static FaultServer.Behaviour body(byte[] bytes, String... headers) {
    byte[] whole = join(head("200 OK", bytes.length, headers), bytes);
    return (_, wire) -> wire.bytes(whole);
  }

  /** A plain 200 with text. */
  public static FaultServer.Behaviour body(String text, String... headers) {
    return body(text.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** A status with a short body. */
  public static FaultServer.Behaviour status(int status, String... headers) {
    byte[] text = ("status " + status).getBytes(StandardCharsets.US_ASCII);
    byte[] whole = join(head(status + " Because", text.length, headers), text);
    return (_, wire) -> wire.bytes(whole);
  }

  /** A 302 to somewhere. */
  public static FaultServer.Behaviour redirect(String location) {
    return status(302, "Location: " + location);
  }

  /** One behaviour after the other; the last one stays. */
  public static FaultServer.Behaviour inTurn(FaultServer.Behaviour... behaviours) {
    List<FaultServer.Behaviour> all = List.of(behaviours);
    AtomicInteger next = new AtomicInteger();
    return (request, wire) ->
        all.get(Math.min(next.getAndIncrement(), all.size() - 1)).answer(request, wire);
  }

  /** Answers after a while. */
  public static FaultServer.Behaviour after(Duration wait, FaultServer.Behaviour then) {
    return (request, wire) -> {
      sleep(wait);
      then.answer(request, wire);
    };
  }

  /** Takes the request and says nothing. */
  public static FaultServer.Behaviour hang() {
    return (_, wire) -> wire.awaitClient();
  }

  /** Sends a good head with a length, then nothing. */
  public static FaultServer.Behaviour hangAfterHead() {
    return (_, wire) -> {
      wire.bytes(head("200 OK", 1000)).awaitClient();
    };
  }

  /** Sends the body byte by byte. */
  public static FaultServer.Behaviour drip(int length, Duration gap) {
    return (_, wire) -> {
      wire.bytes(head("200 OK", length));
      for (int i = 0; i < length; i++) {
        wire.text("x");
        sleep(gap);
      }
    };
  }

  /** Sends the head byte by byte. */
  public static FaultServer.Behaviour dripHead(Duration gap) {
    return (_, wire) -> {
      for (char c : "HTTP/1.1 200 OK\r\nX-Slow: 1\r\nContent-Length: 0\r\n\r\n".toCharArray()) {
        wire.text(String.valueOf(c));
        sleep(gap);
      }
    };
  }

  /** Announces more than it sends, then ends the connection. */
  public static FaultServer.Behaviour truncated(int announced, int sent) {
    return (_, wire) -> wire.bytes(head("200 OK", announced)).bytes(new byte[sent]).finish();
  }

  /** The same, ended by RST. */
  public static FaultServer.Behaviour resetInBody(int announced, int sent) {
    return (_, wire) -> {
      wire.bytes(head("200 OK", announced)).bytes(new byte[sent]);
      sleep(Duration.ofMillis(50));
      wire.reset();
    };
  }

  /** Sends these characters as they stand, then ends the connection. */
  public static FaultServer.Behaviour raw(String text) {
    return (_, wire) -> wire.text(text).finish();
  }

  /** Ends the connection by RST instead of answering. */
  public static FaultServer.Behaviour reset() {
    return (_, wire) -> wire.reset();
  }

  /** A body without an end, chunked or with a length of 1 GiB announced; counts what was sent. */
  public static FaultServer.Behaviour endless(boolean withLength) {
    return (_, wire) -> {
      byte[] block = new byte[16 * 1024];
      long length = 1L << 30;
      wire.text(
          "HTTP/1.1 200 OK\r\n"
              + (withLength ? "Content-Length: " + length : "Transfer-Encoding: chunked")
              + "\r\n\r\n");
      for (long sent = 0; sent < length; sent += block.length) {
        if (!withLength) {
          wire.text(Integer.toHexString(block.length) + "\r\n");
        }
        wire.bytes(block);
        if (!withLength) {
          wire.text("\r\n");
        }
      }
    };
  }

  /** A gzip body that nobody asked for, whole or cut in half. */
  public static FaultServer.Behaviour gzip(String text, boolean whole) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    byte[] all = packed.toByteArray();
    byte[] sent = whole ? all : Arrays.copyOf(all, all.length / 2);
    return body(sent, "Content-Encoding: gzip");
  }

  /** Before TLS: accepts and says nothing. */
  public static FaultServer.OnAccept silent() {
    return socket -> {
      while (socket.getInputStream().read() >= 0) {
        // a client may say what it likes
      }
    };
  }

  /** Before TLS: resets at once. */
  public static FaultServer.OnAccept resetAtOnce() {
    return socket -> {
      socket.setSoLinger(true, 0);
      socket.close();
    };
  }

  /** Before TLS: ends the connection when the client has begun to speak. */
  public static FaultServer.OnAccept finishAtOnce() {
    return Faults::readSome;
  }

  /** Answers the ClientHello with a ServerHello that picks TLS 1.1, which the JDK cannot speak. */
  public static FaultServer.OnAccept tls11() {
    return socket -> {
      readSome(socket);
      byte[] hello = new byte[5 + 4 + 38];
      byte[] start = {22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2};
      System.arraycopy(start, 0, hello, 0, start.length);
      // after 32 zero bytes of "random": no session id, then a suite that TLS 1.1 and 1.2 share,
      // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, and no compression
      hello[hello.length - 3] = (byte) 0xc0;
      hello[hello.length - 2] = 0x09;
      socket.getOutputStream().write(hello);
      socket.getOutputStream().flush();
      sleep(Duration.ofSeconds(2));
    };
  }

  /** Answers the ClientHello in the clear, as a server without TLS does. */
  public static FaultServer.OnAccept plainHttp() {
    return socket -> {
      readSome(socket);
      socket.getOutputStream().write(join(head("200 OK", 2), new byte[] {'{', '}'}));
      socket.getOutputStream().flush();
      sleep(Duration.ofMillis(200));
    };
  }

  private static void readSome(Socket socket) throws IOException {
    int read = socket.getInputStream().read(new byte[4096]);
    if (read < 0) {
      throw new IOException("closed");
    }
  }

  private static byte[] head(String status, int length, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("Content-Length: ")
        .append(length)
        .append("\r\n\r\n")
        .toString()
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static void sleep(Duration time) throws InterruptedIOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }
}
