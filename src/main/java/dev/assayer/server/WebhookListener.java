package dev.assayer.server;

import dev.assayer.config.WebhookConfig;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import java.time.Duration;
import java.util.Optional;

/** The listener of {@code POST /mutate} and {@code POST /validate}: TLS 1.2 or 1.3, HTTP/1.1. */
final class WebhookListener implements AutoCloseable {
  private final WebServer server;
  private final ConnectionGuard guard;

  private WebhookListener(WebServer server, ConnectionGuard guard) {
    this.server = server;
    this.guard = guard;
  }

  /**
   * Binds and answers from now on.
   *
   * @param tls shows the certificate, and judges those of clients; with NIO
   * @param selfTest how the process tests itself through this listener
   * @throws java.io.UncheckedIOException when the address cannot be bound
   */
  static WebhookListener start(
      WebhookConfig config,
      Tls tls,
      ReviewService reviews,
      Optional<SelfTestHook> selfTest,
      Observer observer) {
    return start(config, tls, reviews, selfTest, observer, GuardLimits.WEBHOOK);
  }

  static WebhookListener start(
      WebhookConfig config,
      Tls tls,
      ReviewService reviews,
      Optional<SelfTestHook> selfTest,
      Observer observer,
      GuardLimits limits) {
    ConnectionGuard guard = new ConnectionGuard("webhook", limits, observer::connectionEnded);
    WebhookHandler handler =
        new WebhookHandler(
            config.budget(),
            limits,
            reviews,
            selfTest,
            observer,
            new Intake(config.maxConcurrent(), config.maxInFlightBytes()),
            guard.table()::cutTrickling,
            Math.max(64, config.maxConcurrent()));
    try {
      WebServer server =
          Listeners.start(
              Listeners.builder("webhook", config.address(), config.port(), guard, handler::reply)
                  .tls(tls));
      return new WebhookListener(server, guard);
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

  /** Connections open now. */
  int connections() {
    return guard.table().size();
  }

  /**
   * From now on every connection ends with its next answer, which says so: clients that keep
   * connections go elsewhere before {@link #drain}. New connections are served.
   */
  void retire() {
    guard.retire();
  }

  /**
   * Takes no more connections, ends those without a request, answers all requests that have begun,
   * and stops.
   *
   * @return whether all were answered in that time; what was not is cut
   */
  boolean drain(Duration atMost) {
    return drain(Listeners.FIRST, atMost);
  }

  boolean drain(Duration first, Duration atMost) {
    return Listeners.drain(server, guard, first, atMost);
  }

  /** Stops at once. */
  @Override
  public void close() {
    drain(Duration.ZERO);
  }
}
