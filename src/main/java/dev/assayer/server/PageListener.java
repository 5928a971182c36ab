package dev.assayer.server;

import dev.assayer.config.Config;
import dev.assayer.decision.Refusal;
import dev.assayer.page.PageAnswer;
import dev.assayer.page.PageSite;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The operator page over plain HTTP on a loopback address: read-only, exact paths, one origin. */
final class PageListener implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(PageListener.class.getName());
  private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final HeaderName MODE = HeaderNames.create("Sec-Fetch-Mode");
  private static final HeaderName DESTINATION = HeaderNames.create("Sec-Fetch-Dest");

  /** Answers made at one time, so that no crowd of readers takes the processors from reviews. */
  private static final int AT_ONCE = 2;

  private static final Duration WAIT = Duration.ofSeconds(2);

  private static final List<Header> ALWAYS =
      List.of(
          header(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                  + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                  + " require-trusted-types-for 'script'; trusted-types 'none'"),
          header("Referrer-Policy", "no-referrer"),
          header("Cross-Origin-Opener-Policy", "same-origin"),
          header("Cross-Origin-Resource-Policy", "same-origin"),
          header("Cross-Origin-Embedder-Policy", "require-corp"),
          header("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
          header("X-Frame-Options", "DENY"));

  private final WebServer server;
  private final ConnectionGuard guard;

  private PageListener(WebServer server, ConnectionGuard guard) {
    this.server = server;
    this.guard = guard;
  }

  /**
   * Binds and answers from now on.
   *
   * @param results is told what became of each request
   * @throws java.io.UncheckedIOException when the address cannot be bound
   */
  static PageListener start(Config.Page config, PageSite site, Consumer<String> results) {
    GuardLimits limits = GuardLimits.ADMIN;
    ConnectionGuard guard = new ConnectionGuard("page", limits, _ -> {});
    Semaphore places = new Semaphore(AT_ONCE, true);
    try {
      WebServer server =
          Listeners.start(
              Listeners.builder(
                  "page",
                  config.address(),
                  config.port(),
                  guard,
                  (request, connection) ->
                      told(reply(site, places, limits, request, connection), results),
                  ALWAYS));
      return new PageListener(server, guard);
    } catch (RuntimeException failure) {
      guard.close();
      throw failure;
    }
  }

  private static Header header(String name, String value) {
    return HeaderValues.createCached(name, value);
  }

  /** The port it is bound to. */
  int port() {
    return server.port();
  }

  @Override
  public void close() {
    Listeners.drain(server, guard, Duration.ZERO, Duration.ofSeconds(1));
  }

  private static Reply told(Reply reply, Consumer<String> results) {
    results.accept(
        switch (reply.status()) {
          case 421 -> "other_host";
          case 403 -> "other_site";
          case 405, 413 -> "not_allowed";
          case 400, 404 -> "not_found";
          case 503 -> "busy";
          case 500 -> "failed";
          default -> "answered";
        });
    return reply;
  }

  private static Reply reply(
      PageSite site,
      Semaphore places,
      GuardLimits limits,
      ServerRequest request,
      Connection connection) {
    RequestHead head = new RequestHead(request);
    if (head.isTransferEncoded() || head.length().orElse(0L) > 0) {
      return Reply.problem(413, Refusal.BODY_TOO_LARGE.code(), "send no body").ending();
    }
    Optional<Reply> refused =
        PageGate.refused(
            new PageGate.Asked(
                head.path().orElse(""),
                head.first(HeaderNames.HOST),
                head.first(HeaderNames.ORIGIN),
                head.first(SITE),
                head.first(MODE),
                head.first(DESTINATION)));
    if (refused.isPresent()) {
      return refused.get().ending();
    }
    if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
      return Reply.problem(405, "method_not_allowed", "use GET").allowing("GET, HEAD").ending();
    }
    long now = System.nanoTime();
    connection.answer(now, now + limits.send().toNanos());
    return head.path()
        .flatMap(path -> inTurn(site, places, path, head.query()))
        .orElseGet(() -> Reply.problem(404, "not_found", "no such page").ending());
  }

  private static Optional<Reply> inTurn(
      PageSite site, Semaphore places, String path, String query) {
    try {
      if (!places.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.of(Reply.problem(503, "busy", "too many ask for the page at once"));
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Optional.of(Reply.problem(503, "shutting_down", "the page is closing").ending());
    }
    try {
      return site.answer(path, query).map(PageListener::reply);
    } catch (RuntimeException failure) {
      LOGGER.log(System.Logger.Level.ERROR, "the operator page failed", failure);
      return Optional.of(Reply.problem(500, "internal_error", "the page failed, see the log"));
    } finally {
      places.release();
    }
  }

  private static Reply reply(PageAnswer answer) {
    return new Reply(answer.status(), answer.contentType(), answer.body(), Optional.empty(), false);
  }
}
