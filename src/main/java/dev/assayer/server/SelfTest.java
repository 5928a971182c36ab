package dev.assayer.server;

import dev.assayer.remote.ListenerClient;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.telemetry.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * Asks the own webhook, through its real listener, questions with known answers: does it still
 * admit what is signed, and deny what is not? The first run also warms the way a request takes.
 */
final class SelfTest implements Runnable {
  private static final System.Logger LOGGER = System.getLogger(SelfTest.class.getName());

  /** As the API server would wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration WARM_UP = Duration.ofMillis(200);
  private static final int MOST_WARM_UPS = 200;
  private static final long MOST_BYTES = 1 << 20;

  private final SelfTestWorld world;
  private final URI address;
  private final Supplier<SSLContext> tls;
  private final Metrics metrics;
  private final Runnable warm;
  private boolean warmedUp;
  private volatile Optional<Map<String, String>> faults = Optional.empty();

  /**
   * A self-test.
   *
   * @param listener where the webhook listens
   * @param tls asked for at each run; trusts the certificate that the listener shows
   * @param warm told once, after the first run, whatever it found
   */
  SelfTest(
      SelfTestWorld world, URI listener, Supplier<SSLContext> tls, Metrics metrics, Runnable warm) {
    this.world = world;
    this.address = listener.resolve("/mutate?timeout=" + PATIENCE.toSeconds() + "s");
    this.tls = tls;
    this.metrics = metrics;
    this.warm = warm;
  }

  /**
   * Where this process reaches a listener of its own.
   *
   * @param bound the address that the listener is bound to; of all addresses, the loopback one
   */
  static URI address(InetAddress bound, int port) {
    InetAddress host = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    String text = host.getHostAddress();
    return URI.create("https://" + (text.contains(":") ? "[" + text + "]" : text) + ":" + port);
  }

  /** Asks everything once. To be called again and again by one thread. */
  @Override
  public void run() {
    try (ListenerClient client = ListenerClient.over(tls.get())) {
      Map<String, String> found = new LinkedHashMap<>();
      for (SelfTestCase asked : SelfTestCase.values()) {
        Optional<String> fault = ask(asked, client);
        metrics.selfTest(asked.code(), fault.isEmpty());
        fault.ifPresent(actual -> {
          found.put(asked.code(), actual);
          LOGGER.log(
              Level.ERROR,
              "self-test {0} failed: expected {1}, got {2}",
              asked.code(),
              SelfTestReview.expectation(asked, world.digest()),
              actual);
        });
      }
      faults = Optional.of(found);
      if (!warmedUp && found.isEmpty()) {
        warmUp(client);
      }
    } catch (RuntimeException unable) {
      for (SelfTestCase asked : SelfTestCase.values()) {
        metrics.selfTest(asked.code(), false);
      }
      faults = Optional.of(Map.of("all", "could not ask: " + unable.getClass().getName()));
      throw unable;
    } finally {
      if (!warmedUp) {
        warmedUp = true;
        warm.run();
      }
    }
  }

  private void warmUp(ListenerClient client) {
    long end = System.nanoTime() + WARM_UP.toNanos();
    for (int i = 0; i < MOST_WARM_UPS && System.nanoTime() - end < 0; i++) {
      var _ = ask(SelfTestCase.KNOWN_GOOD_DCT, client);
    }
  }

  private Optional<String> ask(SelfTestCase asked, ListenerClient client) {
    String uid = UUID.randomUUID().toString();
    try {
      ListenerClient.Reply reply =
          client.post(
              address,
              Map.of("Assayer-Self-Test", world.token()),
              SelfTestReview.of(asked.image(), uid),
              MOST_BYTES,
              PATIENCE);
      return SelfTestReview.fault(asked, world.digest(), uid, reply.status(), reply.body());
    } catch (IOException noAnswer) {
      return Optional.of("no answer from the own listener: " + noAnswer);
    }
  }

  /** The term {@code selftest}: reported, never gating. */
  Status readiness() {
    return faults
        .map(found ->
            Status.reported(
                found.isEmpty(),
                found.isEmpty()
                    ? "known answers were given"
                    : found.entrySet().stream()
                        .map(fault -> fault.getKey() + ": " + fault.getValue())
                        .collect(Collectors.joining("; "))))
        .orElse(Status.reported(false, "not run yet"));
  }
}
