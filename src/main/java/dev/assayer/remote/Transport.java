package dev.assayer.remote;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.decision.Reason;
import dev.assayer.time.Deadline;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Sends single GETs over https, each bounded as a whole (name lookup, connect, TLS, head and body)
 * by its deadline. HTTP/1.1 so that ending a call closes its connection; TLS 1.2 and 1.3; no proxy,
 * no cookies, no redirects. The client itself repeats a GET once when the connection fails before
 * the first byte of an answer, as a kept-alive one may.
 */
final class Transport implements AutoCloseable {
  /** A time-out says something about the upstream only if it had this long. */
  private static final Duration FAIR_CHANCE = Duration.ofSeconds(1);

  /** Ends a connection attempt that its call has left, should the client not notice. */
  private static final Duration CONNECT_BACKSTOP = Duration.ofSeconds(15);

  private final RenewedClient client;
  private final Exchanges exchanges;
  private final ByteBudget budget;

  Transport(Optional<SSLContext> tls, Exchanges exchanges, ByteBudget budget) {
    this.exchanges = exchanges;
    this.budget = budget;
    ThreadFactory threads = Thread.ofVirtual().name("remote-", 0).factory();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_BACKSTOP)
            .sslParameters(TlsTrust.clientParameters())
            .executor(task -> threads.newThread(task).start());
    tls.ifPresent(builder::sslContext);
    client = new RenewedClient(builder::build);
  }

  /**
   * One GET.
   *
   * @param origin the configured origin that {@code uri} must lie on
   * @param follows whether a redirect on this host would be followed, for the observer
   * @param authorization value of the Authorization header, never repeated in a result
   */
  Answer get(
      Origin origin,
      URI uri,
      boolean follows,
      Optional<String> authorization,
      String action,
      long maxBytes,
      Deadline deadline) {
    if (!Origin.of(uri).equals(Optional.of(origin))) {
      throw new IllegalStateException("a request for another host than " + origin.label());
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Accept-Encoding", "identity")
            .header("User-Agent", "assayer");
    authorization.ifPresent(value -> request.header("Authorization", value));
    CappedBody body = new CappedBody(maxBytes, budget);
    if (deadline.expired()) {
      return late(origin.label(), action, deadline);
    }
    long begun = System.nanoTime();
    Answer answer = await(origin, action, request.build(), body, deadline);
    exchanges.ended(origin, uri, follows, Duration.ofNanos(System.nanoTime() - begun), answer);
    return answer;
  }

  private Answer await(
      Origin origin, String action, HttpRequest request, CappedBody body, Deadline deadline) {
    String host = origin.label();
    Duration given = deadline.remaining();
    CompletableFuture<HttpResponse<byte[]>> exchange = client.send(request, body);
    CompletableFuture<?> _ =
        exchange.whenComplete((response, failure) -> {
          body.ended(response, failure);
          if (response != null) {
            exchanges.certificate(origin, response);
          }
        });
    try {
      Answer.Reply reply = body.reply().get(given.toNanos(), TimeUnit.NANOSECONDS);
      return body.refused().<Answer>map(refused -> refused(host, action, refused)).orElse(reply);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      return timedOut(host, action, body, given);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      return new Answer.Lost(
          Reason.DEADLINE_EXCEEDED,
          action + " from " + host + " was called off before an answer came",
          Health.UNKNOWN,
          CallResult.TIMEOUT);
    } catch (ExecutionException e) {
      client.failed();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return body.refused()
          .<Answer>map(refused -> refused(host, action, refused))
          .orElseGet(() -> Failures.explain(host, action, body, cause));
    }
  }

  /** The answer for a call that came too late to be made. */
  static Answer.Lost late(String host, String action, Deadline deadline) {
    return new Answer.Lost(
        Reason.DEADLINE_EXCEEDED,
        "no time was left for "
            + action
            + " from "
            + host
            + " (budget "
            + Words.time(deadline.budget())
            + ")",
        Health.UNKNOWN,
        CallResult.TIMEOUT);
  }

  private static Answer refused(String host, String action, CappedBody.Refused refused) {
    return new Answer.Lost(
        refused.reason(),
        host + " " + refused.words() + " for " + action,
        Health.UP,
        switch (refused.reason()) {
          case TOO_LARGE -> CallResult.TOO_LARGE;
          case OVERLOAD -> CallResult.OVERLOAD;
          default -> CallResult.MALFORMED;
        });
  }

  private static Answer timedOut(String host, String action, CappedBody body, Duration given) {
    Health health = given.compareTo(FAIR_CHANCE) >= 0 ? Health.DOWN : Health.UNKNOWN;
    String detail =
        body.headCame()
            ? host
                + " sent "
                + body.received()
                + " bytes of "
                + Words.object(action)
                + " in "
                + Words.time(given)
                + " and did not finish"
            : host + " did not answer " + action + " within " + Words.time(given);
    return new Answer.Lost(Reason.UPSTREAM_TIMEOUT, detail, health, CallResult.TIMEOUT);
  }

  /** Takes no more calls and lets those under way end, which their deadlines see to. */
  @Override
  public void close() {
    client.close();
  }
}
