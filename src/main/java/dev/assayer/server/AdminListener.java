package dev.assayer.server;

import dev.assayer.config.Config;
import dev.assayer.decision.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Pages for probes, Prometheus and people: plain HTTP, read-only, exact paths. */
final class AdminListener implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(AdminListener.class.getName());

  private final WebServer server;
  private final ConnectionGuard guard;

  private AdminListener(WebServer server, ConnectionGuard guard) {
    this.server = server;
    this.guard = guard;
  }

  /**
   * Binds and answers from now on.
   *
   * @param name of the listener, for threads and logs
   * @param pages by exact path
   * @throws java.io.UncheckedIOException when the address cannot be bound
   */
  static AdminListener start(
      String name,
      Config.Listener config,
      Map<String, PageSource> pages,
      Consumer<Refusal> connectionEnded) {
    return start(name, config, pages, connectionEnded, GuardLimits.ADMIN);
  }

  static AdminListener start(
      String name,
      Config.Listener config,
      Map<String, PageSource> pages,
      Consumer<Refusal> connectionEnded,
      GuardLimits limits) {
    ConnectionGuard guard = new ConnectionGuard(name, limits, connectionEnded);
    Map<String, PageSource> known = Map.copyOf(pages);
    try {
      WebServer server =
          Listeners.start(
              Listeners.builder(
                  name,
                  config.address(),
                  config.port(),
                  guard,
                  (request, connection) -> reply(known, limits, request, connection)));
      return new AdminListener(server, guard);
    } catch (RuntimeException failure) {
      guard.close();
      throw failure;
    }
  }

  /** The port it is bound to. */
  int port() {
    return server.port();
  }

  /** False when it has stopped, by whatever cause. */
  boolean isRunning() {
    return server.isRunning();
  }

  /** Answers what is under way, for a short while, and stops. */
  @Override
  public void close() {
    Listeners.drain(server, guard, Listeners.FIRST, Duration.ofSeconds(1));
  }

  private static Reply reply(
      Map<String, PageSource> pages,
      GuardLimits limits,
      ServerRequest request,
      Connection connection) {
    RequestHead head = new RequestHead(request);
    if (head.isTransferEncoded() || head.length().orElse(0L) > 0) {
      return Reply.problem(413, Refusal.BODY_TOO_LARGE.code(), "send no body").ending();
    }
    Optional<PageSource> source = head.path().flatMap(path -> Optional.ofNullable(pages.get(path)));
    if (source.isEmpty()) {
      return Reply.problem(404, "not_found", "no such page").ending();
    }
    if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
      return Reply.problem(405, "method_not_allowed", "use GET").allowing("GET, HEAD").ending();
    }
    long now = System.nanoTime();
    connection.answer(now, now + limits.send().toNanos());
    return page(source.get(), head.first(HeaderNames.ACCEPT));
  }

  private static Reply page(PageSource source, Optional<String> accept) {
    try {
      PageSource.Page page = source.page(accept);
      return new Reply(page.status(), page.contentType(), page.body(), Optional.empty(), false);
    } catch (RuntimeException failure) {
      LOGGER.log(System.Logger.Level.ERROR, "a page of the admin listener failed", failure);
      return Reply.problem(500, "internal_error", "the page failed, see the log");
    }
  }
}
