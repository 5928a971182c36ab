package dev.assayer.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An https server on a loopback port that misbehaves as told: each path has a behaviour, and one
 * serves the rest. It writes raw bytes, so that any fault can be shown, and remembers what it was
 * asked. Plain behaviours on the bare socket come before TLS.
 */
public final class FaultServer implements AutoCloseable {
  private static final int MOST_HEAD = 64 * 1024;

  /** What to do with one request. Returning keeps the connection for the next one. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(Request request, Wire wire) throws IOException;
  }

  /** What to do with a connection before a byte was read. */
  @FunctionalInterface
  public interface OnAccept {
    void serve(Socket socket) throws IOException;
  }

  /**
   * A request.
   *
   * @param target path and query
   * @param headers by lower-case name; of a repeated header, the last
   */
  public record Request(String method, String target, Map<String, String> headers) {
    /** A header's value. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
  }

  /** The connection that a behaviour writes to. */
  public static final class Wire {
    private final Socket plain;
    private final InputStream in;
    private final OutputStream out;

    private Wire(Socket plain, InputStream in, OutputStream out) {
      this.plain = plain;
      this.in = in;
      this.out = out;
    }

    /** Writes text as it stands and flushes. */
    public Wire text(String text) throws IOException {
      return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Writes bytes and flushes. */
    public Wire bytes(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** Says nothing until the client ends the connection. */
    public void awaitClient() throws IOException {
      while (in.read() >= 0) {
        // whatever it sends, it gets no answer
      }
      plain.close();
    }

    /** Ends the connection with RST. */
    public void reset() throws IOException {
      plain.setSoLinger(true, 0);
      plain.close();
    }

    /** Ends the connection with FIN, without a TLS farewell. */
    public void finish() throws IOException {
      plain.close();
    }
  }

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private volatile Behaviour otherwise = Faults.status(404);
  private volatile boolean remembering = true;

  private FaultServer(int port, OnAccept onAccept) throws IOException {
    listener = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
    threads.execute(() -> acceptAll(onAccept));
  }

  /** A server with this identity on a free port. */
  public static FaultServer start(TestCa.Identity identity) throws IOException {
    return start(identity, 0);
  }

  /** A server with this identity on a given port. */
  public static FaultServer start(TestCa.Identity identity, int port) throws IOException {
    SSLContext context = identity.serverContext();
    FaultServer[] self = new FaultServer[1];
    self[0] = new FaultServer(port, socket -> self[0].serveTls(socket, context));
    return self[0];
  }

  /** A server that treats the bare connection, before any TLS. */
  public static FaultServer bare(OnAccept onAccept) throws IOException {
    return new FaultServer(0, onAccept);
  }

  /** Sets the behaviour of one path, given without query. */
  public FaultServer on(String path, Behaviour behaviour) {
    behaviours.put(path, behaviour);
    return this;
  }

  /** Sets the behaviour of all other paths. */
  public FaultServer otherwise(Behaviour behaviour) {
    otherwise = behaviour;
    return this;
  }

  /** Stops remembering requests, for tests that make many. */
  public FaultServer forgetful() {
    remembering = false;
    return this;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** {@code localhost:port}. */
  public String host() {
    return "localhost:" + port();
  }

  /** The requests so far, in order. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Number of requests so far. */
  public int served() {
    return served.get();
  }

  /** Number of connections accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  /** Number of connections that neither side has closed. */
  public int open() {
    return open.size();
  }

  /** Ends all connections, as a restart does. */
  public void dropConnections() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    dropConnections();
    threads.shutdownNow();
  }

  private void acceptAll(OnAccept onAccept) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        accepted.incrementAndGet();
        open.add(socket);
        threads.execute(() -> serve(socket, onAccept));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket, OnAccept onAccept) {
    try (socket) {
      onAccept.serve(socket);
    } catch (IOException clientLeft) {
      // a client that gives up is what many tests want
    } finally {
      open.remove(socket);
    }
  }

  private void serveTls(Socket plain, SSLContext context) throws IOException {
    plain.setTcpNoDelay(true);
    try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)) {
      tls.setUseClientMode(false);
      tls.startHandshake();
      InputStream in = new BufferedInputStream(tls.getInputStream());
      Wire wire = new Wire(plain, in, tls.getOutputStream());
      while (!plain.isClosed()) {
        Optional<Request> request = read(in);
        if (request.isEmpty()) {
          return;
        }
        served.incrementAndGet();
        if (remembering) {
          requests.add(request.get());
        }
        String path = request.get().target().split("\\?", 2)[0];
        behaviours.getOrDefault(path, otherwise).answer(request.get(), wire);
      }
    }
  }

  private static Optional<Request> read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0 || head.size() > MOST_HEAD) {
        return Optional.empty();
      }
      head.write(b);
      boolean fits = b == (matched % 2 == 0 ? '\r' : '\n');
      matched = fits ? matched + 1 : b == '\r' ? 1 : 0;
    }
    String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
    String[] start = lines[0].split(" ", 3);
    Map<String, String> headers = new ConcurrentHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] pair = lines[i].split(":", 2);
      headers.put(pair[0].toLowerCase(Locale.ROOT), pair.length > 1 ? pair[1].strip() : "");
    }
    return Optional.of(new Request(start[0], start[1], Map.copyOf(headers)));
  }
}
