package dev.assayer.remote;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.decision.Reason;
import dev.assayer.remote.Attempts.Attempt;
import dev.assayer.remote.Attempts.Why;
import dev.assayer.time.Deadline;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import javax.net.ssl.SSLContext;

/**
 * Sends single GETs over https, each bounded as a whole (name lookup, connect, TLS, head and body)
 * by its deadline. HTTP/1.1 so that ending a call closes its connection; TLS 1.2 and 1.3; no proxy,
 * no cookies, no redirects. The client itself repeats a GET once when the connection fails before
 * the first byte of an answer, as a kept-alive one may; one that seems lost is sent anew ({@link
 * Attempts}).
 */
final class Transport implements AutoCloseable {
  /** A time-out says something about the upstream only if it had this long. */
  private static final Duration FAIR_CHANCE = Duration.ofSeconds(1);

  /** Ends a connection attempt that its call has left, should the client not notice. */
  private static final Duration CONNECT_BACKSTOP = Duration.ofSeconds(15);

  /** Requests sent again at a time, for one reason. */
  private static final int MOST_AGAIN = 4;

  private final RenewedClient client;
  private final ConcurrentHashMap<Origin, Host> hosts = new ConcurrentHashMap<>();
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
    if (deadline.expired()) {
      return late(origin.label(), action, deadline);
    }
    return await(origin, uri, follows, action, request.build(), maxBytes, deadline);
  }

  private Answer await(
      Origin origin,
      URI uri,
      boolean follows,
      String action,
      HttpRequest request,
      long maxBytes,
      Deadline deadline) {
    Duration given = deadline.remaining();
    Host host = hosts.computeIfAbsent(origin, _ -> new Host());
    Attempts attempts =
        new Attempts(new Sender(origin, host, request, maxBytes), host.newest(), given);
    long begun = System.nanoTime();
    Answer answer;
    Duration took;
    try {
      switch (attempts.run()) {
        case Attempts.Answered(Attempt attempt, Answer.Reply reply) -> {
          host.newest().answered(attempt.sentNanos());
          answer =
              attempt
                  .body()
                  .refused()
                  .<Answer>map(refused -> refused(origin.label(), action, refused))
                  .orElse(reply.after(attempts.sent()));
          took = attempt.took();
          if (attempt.again().equals(Optional.of(Why.HALF_TIME))) {
            client.renew(Attempts.PATIENCE); // other kept connections may lead nowhere as well
          }
        }
        case Attempts.Broken(Attempt attempt, Throwable cause) -> {
          client.failed();
          answer = broken(origin.label(), action, attempt.body(), cause);
          took = attempt.took();
        }
        case Attempts.TooLate(Attempt attempt) -> {
          answer = timedOut(origin.label(), action, attempt.body(), given, attempts.sent());
          took = attempt.took();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer =
          new Answer.Lost(
              Reason.DEADLINE_EXCEEDED,
              action + " from " + origin.label() + " was called off before an answer came",
              Health.UNKNOWN,
              CallResult.TIMEOUT);
      took = Duration.ofNanos(System.nanoTime() - begun);
    }
    for (Attempts.Left left : attempts.left()) {
      if (left.cause().isPresent() && left.attempt().again().isEmpty()) {
        client.failed(); // it may hold a connection, however well the repeat went
      }
      exchanges.lost(origin, left.attempt().took(), result(origin, uri, follows, action, left));
    }
    exchanges.ended(origin, uri, follows, took, answer);
    return answer;
  }

  private static CallResult result(
      Origin origin, URI uri, boolean follows, String action, Attempts.Left left) {
    Attempt attempt = left.attempt();
    if (attempt.isAnswered()) {
      return Exchanges.result(origin, uri, follows, attempt.body().reply().resultNow());
    }
    return left.cause()
        .map(cause -> broken(origin.label(), action, attempt.body(), cause).result())
        .orElse(CallResult.TIMEOUT);
  }

  private static Answer.Lost broken(String host, String action, CappedBody body, Throwable cause) {
    return body.refused()
        .map(refused -> refused(host, action, refused))
        .orElseGet(() -> Failures.explain(host, action, body, cause));
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

  private static Answer.Lost refused(String host, String action, CappedBody.Refused refused) {
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

  private static Answer timedOut(
      String host, String action, CappedBody body, Duration given, int asked) {
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
            : host
                + " did not answer "
                + action
                + " within "
                + Words.time(given)
                + (asked > 1 ? ", asked " + Words.times(asked) : "");
    return new Answer.Lost(Reason.UPSTREAM_TIMEOUT, detail, health, CallResult.TIMEOUT);
  }

  /** Takes no more calls and lets those under way end, which their deadlines see to. */
  @Override
  public void close() {
    client.close();
  }

  /**
   * What is known of a host.
   *
   * @param passed places for requests that are sent again because others were answered
   * @param halfTime places for those that are sent again because their time goes by
   */
  private record Host(NewestAnswered newest, Semaphore passed, Semaphore halfTime) {
    Host() {
      this(new NewestAnswered(), new Semaphore(MOST_AGAIN), new Semaphore(MOST_AGAIN));
    }
  }

  /** Sends one request. */
  private final class Sender implements Attempts.Sender {
    private final Origin origin;
    private final Host host;
    private final HttpRequest request;
    private final long maxBytes;

    Sender(Origin origin, Host host, HttpRequest request, long maxBytes) {
      this.origin = origin;
      this.host = host;
      this.request = request;
      this.maxBytes = maxBytes;
    }

    @Override
    public Attempt first() {
      CappedBody body = new CappedBody(maxBytes, budget);
      long sent = System.nanoTime();
      return attempt(body, client.send(request, body), sent, Optional.empty());
    }

    @Override
    public Optional<Attempt> again(Why why) {
      Semaphore places =
          switch (why) {
            case PASSED -> host.passed();
            case HALF_TIME -> host.halfTime();
          };
      if (!places.tryAcquire()) {
        return Optional.empty();
      }
      CappedBody body = new CappedBody(maxBytes, budget);
      long sent = System.nanoTime();
      CompletableFuture<HttpResponse<byte[]>> exchange;
      try {
        exchange = client.sendAnew(request, body);
      } catch (RuntimeException noMoreFiles) {
        places.release();
        return Optional.empty();
      }
      CompletableFuture<?> _ = exchange.whenComplete((_, _) -> places.release());
      return Optional.of(attempt(body, exchange, sent, Optional.of(why)));
    }

    private Attempt attempt(
        CappedBody body,
        CompletableFuture<HttpResponse<byte[]>> exchange,
        long sent,
        Optional<Why> why) {
      CompletableFuture<?> _ =
          exchange.whenComplete((response, failure) -> {
            body.ended(response, failure);
            if (response != null) {
              exchanges.certificate(origin, response);
            }
          });
      return new Attempt(exchange, body, sent, why);
    }
  }
}
