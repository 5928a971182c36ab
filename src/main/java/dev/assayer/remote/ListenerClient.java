package dev.assayer.remote;

import dev.assayer.crypto.TlsTrust;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Talks to Assayer's own listeners: the self-test to the webhook over TLS, the command line to the
 * admin listener. No proxy, no redirects, no credentials; each exchange is bounded in time and
 * bytes as a whole. Not for anybody else's servers: see {@link Upstream}.
 */
public final class ListenerClient implements AutoCloseable {
  private final HttpClient client;

  private ListenerClient(HttpClient.Builder builder) {
    ThreadFactory threads = Thread.ofVirtual().name("listener-client-", 0).factory();
    client =
        builder
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .executor(task -> threads.newThread(task).start())
            .build();
  }

  /** A client for http addresses, and for https ones that the JDK trusts. */
  public static ListenerClient plain() {
    return new ListenerClient(HttpClient.newBuilder().sslParameters(TlsTrust.clientParameters()));
  }

  /** A client for https addresses; the context's trust manager judges the server. */
  public static ListenerClient over(SSLContext tls) {
    return new ListenerClient(
        HttpClient.newBuilder().sslContext(tls).sslParameters(TlsTrust.clientParameters()));
  }

  /** An answer with any status. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Reply(int status, byte[] body) {}

  /**
   * One GET.
   *
   * @param maxBytes of the answer's body; more is an error
   * @param timeout for the whole exchange
   * @throws IOException if there is no complete answer; {@link SocketTimeoutException} if there is
   *     none in time
   * @throws IllegalArgumentException if the address is neither http nor https or has no host
   */
  public Reply get(URI address, long maxBytes, Duration timeout) throws IOException {
    return send(HttpRequest.newBuilder(address).build(), maxBytes, timeout);
  }

  /** One POST of JSON; otherwise as {@link #get}. */
  public Reply post(
      URI address, Map<String, String> headers, byte[] json, long maxBytes, Duration timeout)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(json));
    headers.forEach(request::header);
    return send(request.build(), maxBytes, timeout);
  }

  private Reply send(HttpRequest request, long maxBytes, Duration timeout) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
    try {
      HttpResponse<byte[]> response = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return new Reply(response.statusCode(), response.body());
    } catch (TimeoutException late) {
      exchange.cancel(true);
      throw new SocketTimeoutException("no answer within " + Words.time(timeout));
    } catch (InterruptedException stopped) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("called off before an answer came");
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw cause instanceof IOException exact ? exact : new IOException(cause);
    }
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
