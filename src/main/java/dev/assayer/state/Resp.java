package dev.assayer.state;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection that speaks RESP2, the protocol of Valkey and Redis: a command out, a reply in.
 * Nothing is allocated for what the other side only announces: replies, their number and their
 * depth have caps. Not safe for concurrent use; after an exception it must be closed.
 */
final class Resp implements AutoCloseable {
  private static final int MAX_LINE = 1024;
  private static final int MAX_BULK = 128 << 10;
  private static final int MAX_ITEMS = 4096;
  private static final int MAX_DEPTH = 4;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private long deadlineNanos;

  /** A reply. */
  sealed interface Reply {
    record Text(String value) implements Reply {}

    record Whole(long value) implements Reply {}

    record Nothing() implements Reply {}

    record Items(List<Reply> items) implements Reply {}

    /**
     * The server refused the command.
     *
     * @param code its first word, such as {@code NOAUTH}
     */
    record Refused(String code) implements Reply {}
  }

  Resp(Socket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
    out = new BufferedOutputStream(socket.getOutputStream());
  }

  /**
   * Sends a command and waits for its reply.
   *
   * @throws IOException also if the reply does not come in time or is none
   */
  Reply call(Duration patience, String... command) throws IOException {
    deadlineNanos = System.nanoTime() + patience.toNanos();
    write('*', command.length);
    for (String part : command) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      write('$', bytes.length);
      out.write(bytes);
      end();
    }
    out.flush();
    return reply(0);
  }

  private void write(char type, int number) throws IOException {
    out.write(type);
    out.write(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
    end();
  }

  private void end() throws IOException {
    out.write('\r');
    out.write('\n');
  }

  private Reply reply(int depth) throws IOException {
    int type = read();
    String line = line();
    return switch (type) {
      case '+' -> new Reply.Text(line);
      case '-' -> new Reply.Refused(code(line));
      case ':' -> new Reply.Whole(number(line));
      case '$' -> bulk(number(line));
      case '*' -> items(number(line), depth);
      default -> throw new IOException("no reply in RESP2");
    };
  }

  /** The rest of the line may repeat what was sent. */
  private static String code(String line) {
    String word = line.split(" ", 2)[0];
    return word.length() <= 32 && word.chars().allMatch(c -> c >= 'A' && c <= 'Z')
        ? word
        : "an error";
  }

  private Reply bulk(long length) throws IOException {
    if (length < 0) {
      return new Reply.Nothing();
    }
    if (length > MAX_BULK) {
      throw new IOException("a value of " + length + " bytes, which is none of ours");
    }
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) read();
    }
    if (read() != '\r' || read() != '\n') {
      throw new IOException("a value longer than announced");
    }
    return new Reply.Text(new String(bytes, StandardCharsets.UTF_8));
  }

  private Reply items(long count, int depth) throws IOException {
    if (count > MAX_ITEMS || depth >= MAX_DEPTH) {
      throw new IOException("a reply of too many parts");
    }
    List<Reply> items = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      items.add(reply(depth + 1));
    }
    return new Reply.Items(List.copyOf(items));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = read(); c != '\r'; c = read()) {
      if (line.length() >= MAX_LINE) {
        throw new IOException("a line that does not end");
      }
      line.append((char) c);
    }
    if (read() != '\n') {
      throw new IOException("a line that does not end");
    }
    return line.toString();
  }

  private static long number(String line) throws IOException {
    try {
      return Long.parseLong(line);
    } catch (NumberFormatException notOne) {
      throw new IOException("no number where one must be", notOne);
    }
  }

  /** The time is one for the whole reply, so that a slow drip ends too. */
  private int read() throws IOException {
    long left = deadlineNanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("no whole reply in time");
    }
    if (in.available() == 0) {
      socket.setSoTimeout((int) Math.max(1, Duration.ofNanos(left).toMillis()));
    }
    int next = in.read();
    if (next < 0) {
      throw new EOFException("the connection was closed");
    }
    return next;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException gone) {
      // it is closed then
    }
  }
}
