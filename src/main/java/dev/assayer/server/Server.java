package dev.assayer.server;

import dev.assayer.admission.Environment;
import dev.assayer.config.Config;
import dev.assayer.decision.Decision;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.telemetry.BackgroundTrace;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Scrape;
import dev.assayer.telemetry.Traces;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The running appliance. Made of the configuration in force, the two listeners, the checks in the
 * background and what tells of them; all parts are put together here.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(Server.class.getName());

  /** Above the longest budget of a review. */
  private static final Duration DRAIN = Duration.ofSeconds(35);

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration SELF_TEST = Duration.ofMinutes(1);

  private final InstantSource clock = InstantSource.system();
  private final Lifecycle lifecycle = new Lifecycle();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final WebhookListener webhook;
  private final AdminListener admin;
  private final Readiness readiness;
  private final URI webhookAddress;
  private final URI adminAddress;

  private Server(ServerSetup setup) {
    // Makes keys and chooses the provider of signatures, while the rest starts.
    CompletableFuture<SelfTestWorld> sampled =
        CompletableFuture.supplyAsync(
            () -> SelfTestWorld.create(clock, setup.version(), setup.replica()),
            making -> Thread.ofPlatform().daemon().name("self-test keys").start(making));
    try {
      Metrics metrics = new Metrics(setup.version(), Metrics.DEFAULT_BUDGET);
      Traces traces = closing(Traces.open(setup.environment(), setup.version(), setup.replica()));
      Observations observations = new Observations(metrics);
      LiveConfig live = closing(configuration(setup, metrics, observations));
      Config config = live.assayer().config();
      ServingIdentity identity = closing(identity(config, metrics, traces));
      SelfTestWorld sample = closing(sampled.join());
      TrustBoard board = new TrustBoard(clock, setup.replica());
      Consumer<Decision> decisions = setup.decisions().andThen(board::accept);
      Observer observer = new DecisionWatch(new TelemetryObserver(metrics, traces), decisions);
      webhook =
          bound(
              "webhook",
              () ->
                  WebhookListener.start(
                      config.webhook(),
                      identity.tls(),
                      Reviews.under(live),
                      Optional.of(new SelfTestHook(sample.token(), Reviews.by(sample.assayer()))),
                      observer));
      parts.push(webhook);
      webhookAddress = address(config.webhook().address(), webhook.port());
      SelfTest selfTest =
          new SelfTest(
              sample, webhookAddress, identity::selfTestClientContext, metrics, lifecycle::serve);
      NotaryChecks checks = new NotaryChecks(live::assayer, metrics, traces, clock);
      readiness = new Readiness(terms(live, identity, selfTest, checks), metrics, clock);
      HealthPages health =
          new HealthPages(
              readiness,
              lifecycle,
              () -> live.assayer().config().liveness().notary(),
              checks::liveness);
      admin =
          bound(
              "admin",
              () ->
                  AdminListener.start(
                      "admin", config.admin(), pages(metrics, health, board), _ -> {}));
      parts.push(admin);
      adminAddress =
          URI.create(
              address(config.admin().address(), admin.port())
                  .toString()
                  .replaceFirst("https", "http"));
      Background background = closing(new Background());
      background.every("configuration", SECOND, () -> reload(live, traces));
      background.every("notary", TICK, checks::tick);
      background.every("readiness", SECOND, readiness::update);
      background.every("self-test", SELF_TEST, () -> test(selfTest, traces));
      Dropped dropped = new Dropped(metrics, traces::dropped, setup.logsDropped());
      background.every("telemetry", SECOND, dropped);
    } catch (RuntimeException | Error failure) {
      closeParts();
      throw failure;
    }
    LOGGER.log(Level.INFO, "webhook on {0}, admin on {1}", webhookAddress, adminAddress);
  }

  /**
   * Starts serving. Ready, as {@link #ready} says, when it is warm and the gates are open.
   *
   * @throws StartRefused if the configuration, the certificate or an address cannot be used
   */
  public static Server start(ServerSetup setup) {
    return new Server(setup);
  }

  private LiveConfig configuration(ServerSetup setup, Metrics metrics, Observations observations) {
    Optional<String> pin =
        Optional.ofNullable(setup.environment().get(DigestPin.VARIABLE))
            .filter(value -> !value.isBlank());
    return LiveConfig.open(
        setup.configuration(),
        DigestPin.of(pin),
        new Environment(clock, setup.version(), setup.replica(), 1).observedBy(observations),
        metrics,
        assayer -> observations.configured(assayer.config(), assayer.generation()));
  }

  private ServingIdentity identity(Config config, Metrics metrics, Traces traces) {
    try {
      return ServingIdentity.open(config.webhook().tls(), TlsEvents.to(metrics, traces), clock);
    } catch (TlsSetupException unusable) {
      throw new StartRefused(List.of(String.valueOf(unusable.getMessage())));
    }
  }

  private <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  private static <T> T bound(String listener, Supplier<T> start) {
    try {
      return start.get();
    } catch (RuntimeException failure) {
      throw new StartRefused(
          List.of(
              "the "
                  + listener
                  + " listener cannot start: "
                  + root(failure)
                  + "; choose another "
                  + listener
                  + ".address or "
                  + listener
                  + ".port"));
    }
  }

  private static String root(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return String.valueOf(at.getMessage());
  }

  private List<ReadinessTerm> terms(
      LiveConfig live, ServingIdentity identity, SelfTest selfTest, NotaryChecks checks) {
    return List.of(
        new ReadinessTerm("serving", this::serving),
        new ReadinessTerm("notary", checks::readiness),
        new ReadinessTerm("policy", live::readiness),
        new ReadinessTerm(
            "tls_cert",
            () -> Status.reported(identity.status().holds(), identity.status().detail())),
        new ReadinessTerm("clock", checks::clock),
        new ReadinessTerm("selftest", selfTest::readiness));
  }

  /** Whoever is ready without a listener would get all requests and answer none. */
  private Status serving() {
    return webhook.isRunning() || lifecycle.phase() == Lifecycle.Phase.DRAINING
        ? lifecycle.readiness()
        : Status.gating(false, "the webhook listener has stopped; restart this replica");
  }

  private static Map<String, PageSource> pages(
      Metrics metrics, HealthPages health, TrustBoard board) {
    return Map.of(
        "/metrics",
        accept -> {
          Scrape scrape = metrics.scrape(accept);
          return new PageSource.Page(200, scrape.contentType(), scrape.body());
        },
        "/health/live",
        _ -> json(health.live()),
        "/health/ready",
        _ -> json(health.ready()),
        "/health/started",
        _ -> json(health.started()),
        "/trust",
        _ -> json(board.page()));
  }

  /** Most looks at the files find nothing new, and leave no trace. */
  private static void reload(LiveConfig live, Traces traces) {
    BackgroundTrace trace = traces.background("policy.reload");
    PolicyStatus before = live.policyStatus();
    live.poll();
    PolicyStatus after = live.policyStatus();
    if (!after.equals(before)) {
      trace.attribute("assayer.policy.digest", after.policyDigest());
      end(trace, after.current());
    }
  }

  private static void test(SelfTest selfTest, Traces traces) {
    BackgroundTrace trace = traces.background("selftest");
    try {
      selfTest.run();
    } finally {
      end(trace, selfTest.readiness().holds());
    }
  }

  private static void end(BackgroundTrace trace, boolean good) {
    if (good) {
      trace.end();
    } else {
      trace.failed("refused");
    }
  }

  private static PageSource.Page json(HealthPage page) {
    return new PageSource.Page(
        page.status(), "application/json", page.json().getBytes(StandardCharsets.UTF_8));
  }

  private static URI address(String bound, int port) {
    try {
      return SelfTest.address(InetAddress.getAllByName(bound)[0], port);
    } catch (UnknownHostException unresolvable) {
      throw new StartRefused(List.of("the address " + bound + " is not one of this host"));
    }
  }

  /** Where this process reaches its own webhook: {@code https://host:port}. */
  public URI webhookAddress() {
    return webhookAddress;
  }

  /** Where this process reaches its own admin listener: {@code http://host:port}. */
  public URI adminAddress() {
    return adminAddress;
  }

  /** Whether requests should come. */
  public boolean ready() {
    return readiness.update();
  }

  /**
   * Ends the service: not ready at once, no kept connection is kept further, and after {@code
   * linger} no new one is taken; what is under way is answered.
   *
   * @param linger how long requests may still come, while the world learns that it is not ready
   * @return whether all that had begun was answered
   */
  public boolean stop(Duration linger) {
    lifecycle.drain();
    var _ = readiness.update();
    webhook.retire();
    try {
      Thread.sleep(linger);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    boolean all = webhook.drain(DRAIN);
    LOGGER.log(
        all ? Level.INFO : Level.WARNING,
        all ? "all requests were answered; ending" : "some requests were cut; ending");
    closeParts();
    return all;
  }

  /** Ends at once what is not under way. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  private void closeParts() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception failure) {
        LOGGER.log(
            Level.WARNING,
            "closing {0} failed with {1}",
            part.getClass().getSimpleName(),
            failure.getClass().getName());
      }
    }
  }
}
