package dev.assayer.state;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.state.Resp.Reply;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A Valkey or Redis server, from Redis 6 on. Connections are opened when needed and kept. */
public final class ValkeyStore implements SharedStore {
  /** Compare and set in one step: the server runs a script without anything in between. */
  private static final String SWAP =
      """
      local now = redis.call('GET', KEYS[1])
      if ARGV[1] == '0' then
        if now then return 0 end
      elseif now ~= ARGV[2] then
        return 0
      end
      if ARGV[4] == '0' then
        redis.call('SET', KEYS[1], ARGV[3])
      else
        redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
      end
      return 1
      """;

  private static final int MAX_IDLE = 8;
  private static final int MAX_NAMES = 10_000;
  private static final int MAX_PASSWORD = 4096;

  private final ValkeySettings settings;
  private final InstantSource clock;
  private final ConcurrentLinkedQueue<Resp> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger kept = new AtomicInteger();
  private volatile boolean closed;

  /** Connects to nobody yet. */
  public ValkeyStore(ValkeySettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String scope() {
    return settings.prefix();
  }

  @Override
  public Answer read(String name, Duration patience) {
    return ask(
        patience,
        Answer.Unavailable::new,
        reply ->
            switch (reply) {
              case Reply.Text(String value) -> new Answer.Found(value);
              case Reply.Nothing() -> new Answer.Missing();
              default -> new Answer.Unavailable(strange(reply));
            },
        "GET",
        settings.prefix() + name);
  }

  @Override
  public Change swap(
      String name, Optional<String> expected, String value, Instant until, Duration patience) {
    boolean lasting = until.equals(Instant.MAX);
    long ttl = lasting ? 0 : Duration.between(clock.instant(), until).toMillis();
    if (!lasting && ttl <= 0) {
      return new Change.Done(); // its end has come: nothing is to be kept
    }
    return ask(
        patience,
        Change.Unavailable::new,
        reply ->
            reply instanceof Reply.Whole(long done)
                ? done == 1 ? new Change.Done() : new Change.Overtaken()
                : new Change.Unavailable(strange(reply)),
        "EVAL",
        SWAP,
        "1",
        settings.prefix() + name,
        expected.isPresent() ? "1" : "0",
        expected.orElse(""),
        value,
        Long.toString(ttl));
  }

  @Override
  public Change remove(String name, Duration patience) {
    return ask(
        patience,
        Change.Unavailable::new,
        reply ->
            reply instanceof Reply.Whole
                ? new Change.Done()
                : new Change.Unavailable(strange(reply)),
        "DEL",
        settings.prefix() + name);
  }

  @Override
  public List<String> names(String prefix, Duration patience) {
    Deadline deadline = Deadline.after(patience);
    TreeSet<String> names = new TreeSet<>();
    String cursor = "0";
    do {
      List<Reply> page =
          ask(
              deadline.remaining(),
              _ -> List.of(),
              reply -> reply instanceof Reply.Items(List<Reply> items) ? items : List.of(),
              "SCAN",
              cursor,
              "MATCH",
              literal(settings.prefix() + prefix) + "*",
              "COUNT",
              "500");
      if (page.size() != 2
          || !(page.get(0) instanceof Reply.Text(String next))
          || !(page.get(1) instanceof Reply.Items(List<Reply> found))) {
        return List.of();
      }
      for (Reply one : found) {
        if (one instanceof Reply.Text(String name) && names.size() < MAX_NAMES) {
          names.add(name.substring(settings.prefix().length()));
        }
      }
      cursor = next;
    } while (!cursor.equals("0") && !deadline.expired());
    return new ArrayList<>(names);
  }

  /** So that no character of a name means others in a pattern. */
  private static String literal(String text) {
    return text.replaceAll("([\\\\*?\\[\\]^])", "\\\\$1");
  }

  private static String strange(Reply reply) {
    return "the server answered "
        + (reply instanceof Reply.Refused(String code) ? code : "something else");
  }

  private <T> T ask(
      Duration patience,
      Function<String, T> unavailable,
      Function<Reply, T> meaning,
      String... command) {
    Deadline deadline = Deadline.after(patience);
    try {
      Resp known = takeIdle();
      if (known != null) {
        try {
          return meaning.apply(call(known, deadline, command));
        } catch (SocketTimeoutException late) {
          throw late;
        } catch (IOException stale) {
          // The server had closed it; a new one tells whether it is well. None of our commands
          // does harm when it is given twice.
        }
      }
      return meaning.apply(call(connect(deadline), deadline, command));
    } catch (SocketTimeoutException late) {
      return unavailable.apply("no answer within " + patience.toMillis() + " ms");
    } catch (SSLException refused) {
      return unavailable.apply("TLS failed: " + refused.getClass().getSimpleName());
    } catch (IOException failed) {
      return unavailable.apply(String.valueOf(failed.getMessage()));
    }
  }

  private Reply call(Resp connection, Deadline deadline, String... command) throws IOException {
    boolean good = false;
    try {
      Reply reply = connection.call(deadline.remaining(), command);
      good = !(reply instanceof Reply.Refused); // it may ask for another password
      return reply;
    } finally {
      if (good && !closed && kept.get() < MAX_IDLE) {
        kept.incrementAndGet();
        idle.add(connection);
      } else {
        connection.close();
      }
    }
  }

  private @Nullable Resp takeIdle() {
    Resp known = idle.poll();
    if (known != null) {
      kept.decrementAndGet();
    }
    return known;
  }

  private Resp connect(Deadline deadline) throws IOException {
    Socket socket = new Socket();
    boolean good = false;
    try {
      socket.setTcpNoDelay(true);
      InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
      if (address.isUnresolved()) {
        throw new IOException("its host name is not known");
      }
      int wait = millis(deadline);
      socket.connect(address, wait);
      socket.setSoTimeout(millis(deadline));
      Resp made = new Resp(settings.tls().isPresent() ? secured(socket) : socket);
      greet(made, deadline);
      good = true;
      return made;
    } finally {
      if (!good) {
        socket.close();
      }
    }
  }

  private SSLSocket secured(Socket plain) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            settings
                .tls()
                .orElseThrow()
                .clientContext()
                .getSocketFactory()
                .createSocket(plain, settings.host(), settings.port(), true);
    socket.setSSLParameters(TlsTrust.clientParameters());
    socket.startHandshake();
    return socket;
  }

  private void greet(Resp made, Deadline deadline) throws IOException {
    if (settings.passwordFile().isPresent()) {
      List<String> auth = new ArrayList<>(List.of("AUTH"));
      settings.username().ifPresent(auth::add);
      auth.add(password(settings.passwordFile().get()));
      require(made.call(deadline.remaining(), auth.toArray(String[]::new)));
    }
    if (settings.database() != 0) {
      require(made.call(deadline.remaining(), "SELECT", Integer.toString(settings.database())));
    }
  }

  private static void require(Reply reply) throws IOException {
    if (reply instanceof Reply.Refused(String code)) {
      throw new IOException("the server answered " + code);
    }
  }

  private static String password(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_PASSWORD);
      return new String(bytes, java.nio.charset.StandardCharsets.UTF_8).strip();
    } catch (IOException unreadable) {
      throw new IOException("state.passwordFile cannot be read", unreadable);
    }
  }

  private static int millis(Deadline deadline) throws SocketTimeoutException {
    long left = deadline.remaining().toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("no time left");
    }
    return (int) left;
  }

  @Override
  public void close() {
    closed = true;
    for (Resp known = takeIdle(); known != null; known = takeIdle()) {
      known.close();
    }
  }
}
