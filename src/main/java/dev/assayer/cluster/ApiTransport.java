package dev.assayer.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests to the API server through fabric8, which knows kubeconfigs, tokens and their refresh.
 * Nothing of fabric8 is loaded before the first request.
 */
final class ApiTransport implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final Access access;
  private Optional<Opened> opened = Optional.empty();
  private boolean closed;

  /** The API server's answer, whatever its status. */
  record Reply(int status, byte[] body) {}

  private record Opened(Config config, HttpClient client) {}

  /** Reaches the API server so; sends nothing yet. */
  ApiTransport(Access access) {
    this.access = access;
  }

  /**
   * Sends one request and waits for the whole answer.
   *
   * @param path with the query, from the root of the API server
   * @param accept the media type that is wanted
   * @param content empty for no body; else its media type and JSON text
   * @param cap most bytes of the answer
   * @throws IOException with one clause that says why there is no answer
   */
  Reply send(
      String method,
      String path,
      String accept,
      Optional<Content> content,
      Duration patience,
      int cap)
      throws IOException {
    Opened use = open();
    HttpRequest.Builder request =
        use.client()
            .newHttpRequestBuilder()
            .uri(base(use.config()) + path)
            .header("Accept", accept)
            .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (content.isPresent()) {
      request.method(method, content.get().type(), content.get().text());
    } else {
      request.method(method, null, (String) null);
    }
    Collector collector = new Collector(cap);
    long end = System.nanoTime() + patience.toNanos();
    CompletableFuture<HttpResponse<AsyncBody>> answer;
    try {
      answer = use.client().consumeBytes(request.build(), collector);
    } catch (RuntimeException unsent) {
      throw new IOException(words(root(unsent)), unsent);
    }
    try {
      HttpResponse<AsyncBody> head = await(answer, end);
      head.body().consume();
      try {
        await(CompletableFuture.anyOf(head.body().done(), collector.full), end);
      } catch (IOException | InterruptedException failed) {
        head.body().cancel();
        throw failed;
      }
      if (collector.full.isDone()) {
        throw new TooLarge(cap);
      }
      return new Reply(head.code(), collector.bytes());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("the process ends", stopped);
    } finally {
      var _ = answer.cancel(true);
    }
  }

  /**
   * The body of a request.
   *
   * @param type its media type
   */
  record Content(String type, String text) {
    /** It may be a Secret. */
    @Override
    public String toString() {
      return "Content[" + type + "]";
    }
  }

  private static <T> T await(CompletableFuture<T> future, long end)
      throws IOException, InterruptedException {
    try {
      return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      throw new IOException("no answer in time", slow);
    } catch (ExecutionException failed) {
      throw new IOException(words(root(failed)), failed);
    }
  }

  /** The cause of the causes, but no further than the sentence that we ourselves gave. */
  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof TokenUnreadable)) {
      root = root.getCause();
    }
    return root;
  }

  private static String words(Throwable root) {
    String name = root.getClass().getSimpleName();
    if (name.endsWith("TimeoutException")) {
      return "no answer in time";
    }
    if (root instanceof TokenUnreadable) {
      return String.valueOf(root.getMessage());
    }
    return root instanceof ConnectException || root instanceof ClosedChannelException
        ? "no connection"
        : name + Optional.ofNullable(root.getMessage()).map(text -> ": " + text).orElse("");
  }

  private static String base(Config config) {
    String url = config.getMasterUrl();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private synchronized Opened open() throws IOException {
    if (closed) {
      throw new IOException("the process ends");
    }
    if (opened.isEmpty()) {
      opened = Optional.of(make());
    }
    return opened.get();
  }

  /** The configuration for fabric8's own clients, such as its leader election. */
  Config config() throws IOException {
    return open().config();
  }

  private Opened make() throws IOException {
    try {
      Config config = configuration();
      config.setConnectionTimeout((int) CONNECT.toMillis());
      // We come again by ourselves; a retry in here would only hide how the API server is.
      config.setRequestRetryBackoffLimit(0);
      // Over HTTP/1.1 a call that times out takes its connection with it: a dead one is not kept.
      config.setHttp2Disable(true);
      return new Opened(config, new JdkHttpClientFactory().newBuilder(config).build());
    } catch (RuntimeException unusable) {
      throw new IOException(
          switch (access) {
            case Access.Kubeconfig(Path file) -> "the kubeconfig " + file + " cannot be used";
            case Access.ServiceAccount inside ->
                "the service account in " + inside.directory() + " cannot be used";
          },
          unusable);
    }
  }

  private Config configuration() throws IOException {
    return switch (access) {
      case Access.Kubeconfig(Path file) -> {
        if (!Files.isReadable(file)) {
          throw new IOException("the kubeconfig " + file + " cannot be read");
        }
        yield Config.fromKubeconfig(file.toFile());
      }
      case Access.ServiceAccount inside ->
          new ConfigBuilder(Config.empty())
              .withMasterUrl(inside.server())
              .withCaCertFile(inside.authority().toString())
              .withOauthTokenProvider(() -> token(inside.token()))
              .build();
    };
  }

  /** Read at each request, since the kubelet renews it. */
  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException unreadable) {
      throw new TokenUnreadable(unreadable);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    opened.ifPresent(use -> use.client().close());
    opened = Optional.empty();
  }

  /** The answer has more bytes than are taken. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(int cap) {
      super("the answer is larger than " + cap + " bytes");
    }
  }

  /** There is no token, or it may not be read. */
  private static final class TokenUnreadable extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    TokenUnreadable(IOException why) {
      super("the service account's token cannot be read", why);
    }
  }

  /** Keeps what comes, up to a cap. */
  private static final class Collector implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final int cap;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final CompletableFuture<Object> full = new CompletableFuture<>();

    Collector(int cap) {
      this.cap = cap;
    }

    @Override
    public synchronized void consume(List<ByteBuffer> buffers, AsyncBody body) {
      for (ByteBuffer buffer : buffers) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        if (kept.size() + bytes.length > cap) {
          full.complete(cap);
          body.cancel();
          return;
        }
        kept.writeBytes(bytes);
      }
      body.consume();
    }

    synchronized byte[] bytes() {
      return kept.toByteArray();
    }
  }
}
