package dev.assayer.server;

import dev.assayer.admission.Environment;
import dev.assayer.alerting.Alerts;
import dev.assayer.config.Config;
import dev.assayer.decision.Decision;
import dev.assayer.page.Dependencies;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.state.SharedState;
import dev.assayer.telemetry.BackgroundTrace;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.OtlpRecords;
import dev.assayer.telemetry.Traces;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private final OperatorPage page;

  private Server(ServerSetup setup, CheckTimes pace) {
    // Makes keys and chooses the provider of signatures, while the rest starts.
    CompletableFuture<SelfTestWorld> sampled =
        CompletableFuture.supplyAsync(
            () -> SelfTestWorld.create(clock, setup.version(), setup.replica()),
            making -> Thread.ofPlatform().daemon().name("self-test keys").start(making));
    try {
      Metrics metrics = new Metrics(setup.version(), Metrics.DEFAULT_BUDGET);
      Traces traces = closing(Traces.open(setup.environment(), setup.version(), setup.replica()));
      Dependencies dependencies = new Dependencies();
      Observations observations = new Observations(metrics, dependencies, clock);
      ClusterLink cluster = closing(ClusterLink.open(setup, metrics, clock));
      Alerts alerts = closing(new Alerts(metrics, traces));
      Optional<OtlpRecords> collector =
          OtlpRecords.open(setup.environment(), setup.version(), setup.replica(), metrics.audit());
      collector.ifPresent(parts::push);
      AuditSink audit =
          closing(new AuditSink(metrics.audit(), clock, setup.logsDropped(), collector));
      Environment base =
          new Environment(clock, setup.version(), setup.replica(), 1).recordedBy(audit);
      AtomicReference<Optional<StateLink>> state = new AtomicReference<>(Optional.empty());
      LiveConfig live =
          closing(
              configuration(
                  setup,
                  base,
                  metrics,
                  observations,
                  alerts,
                  cluster,
                  config -> {
                    StateLink opened =
                        closing(
                            StateLink.open(
                                config,
                                setup.environment(),
                                cluster::sharedStore,
                                clock,
                                new StateTelemetry(metrics.cache())));
                    state.set(Optional.of(opened));
                    return opened;
                  }));
      Config config = live.assayer().config();
      audit.open(config, setup.replica(), base.sequence(), cluster.checkpoints());
      ServingIdentity identity = closing(identity(config, metrics, traces));
      cluster.serves(identity);
      SelfTestWorld sample = closing(sampled.join());
      TrustBoard board = new TrustBoard(clock, setup.replica());
      page = closing(new OperatorPage(dependencies, metrics.guard()::page));
      Consumer<Decision> decisions =
          setup
              .decisions()
              .andThen(audit::accept)
              .andThen(board::accept)
              .andThen(new StaticPods())
              .andThen(alerts::accept)
              .andThen(cluster::decided)
              .andThen(page::accept);
      Observer observer = new DecisionWatch(new TelemetryObserver(metrics, traces), decisions);
      state.get().flatMap(StateLink::shared).ifPresent(SharedState::awaitFirstLook);
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
      webhookAddress = Bound.reached(config.webhook().address(), webhook.port());
      SelfTest selfTest =
          new SelfTest(
              sample, webhookAddress, identity::selfTestClientContext, metrics, lifecycle::serve);
      Exemptions exemptions =
          new Exemptions(
              cluster.cluster(), () -> live.assayer().config(), metrics.cluster(), clock);
      Guards guards =
          new Guards(cluster.cluster(), live::lease, metrics.guard(), clock, setup.environment());
      NotaryChecks checks =
          new NotaryChecks(live::assayer, exemptions::emergency, metrics, traces, pace, clock);
      List<ReadinessTerm> terms = terms(live, identity, selfTest, checks, cluster, audit);
      state.get().map(StateLink::terms).ifPresent(terms::addAll);
      terms.addAll(guards.terms());
      readiness = new Readiness(terms, metrics, clock);
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
                      "admin",
                      config.admin(),
                      AdminPages.of(metrics, health, board, exemptions),
                      _ -> {}));
      parts.push(admin);
      adminAddress =
          URI.create(
              Bound.reached(config.admin().address(), admin.port())
                  .toString()
                  .replaceFirst("https", "http"));
      page.open(
          config.page(),
          new OperatorPage.Sources(
              live::assayer, board::page, health::ready, page.telling(audit::proof)),
          setup.replica(),
          clock);
      Background background = closing(new Background());
      cluster.begin(background, traces);
      background.every("exemptions", Exemptions.PERIOD, exemptions::look);
      guards.begin(background);
      background.every("configuration", SECOND, () -> reload(live, traces));
      background.every("notary", TICK, checks::tick);
      background.every("readiness", SECOND, readiness::update);
      background.every("alerts", SECOND, alerts::tick);
      background.every("self-test", SELF_TEST, () -> test(selfTest, traces));
      Dropped dropped =
          new Dropped(
              metrics,
              traces::dropped,
              () -> setup.logsDropped().getAsLong() + collector.map(OtlpRecords::lost).orElse(0L));
      background.every("telemetry", SECOND, dropped);
      background.every("audit", SECOND, audit::tick);
      background.every("checkpoints", SECOND, audit::publish);
      LOGGER.log(
          Level.INFO,
          "webhook on {0}, admin on {1}",
          Bound.shown("https", config.webhook().address(), webhook.port()),
          Bound.shown("http", config.admin().address(), admin.port()));
    } catch (RuntimeException | Error failure) {
      closeParts();
      throw failure;
    }
  }

  /**
   * Starts serving. Ready, as {@link #ready} says, when it is warm and the gates are open.
   *
   * @throws StartRefused if the configuration, the certificate or an address cannot be used
   */
  public static Server start(ServerSetup setup) {
    return start(setup, CheckTimes.STANDARD);
  }

  /** The same with Notary servers checked at another pace. */
  static Server start(ServerSetup setup, CheckTimes pace) {
    return new Server(setup, pace);
  }

  private LiveConfig configuration(
      ServerSetup setup,
      Environment base,
      Metrics metrics,
      Observations observations,
      Alerts alerts,
      ClusterLink cluster,
      Function<Config, StateLink> memory) {
    Optional<String> pin =
        Optional.ofNullable(setup.environment().get(DigestPin.VARIABLE))
            .filter(value -> !value.isBlank());
    return LiveConfig.open(
        setup.configuration(),
        DigestPin.of(pin),
        first -> {
          StateLink state = memory.apply(first);
          return cluster.in(
              base.remembering(state.trust(), state.facts())
                  .observedBy(observations)
                  .announcing(config -> new AlertAnnouncements(alerts.opened(config.alerting()))));
        },
        metrics,
        assayer -> {
          observations.configured(assayer.config(), assayer.generation());
          alerts.configured(assayer.config().alerting());
        });
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

  /** The message of the first cause. */
  static String root(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return String.valueOf(at.getMessage());
  }

  private List<ReadinessTerm> terms(
      LiveConfig live,
      ServingIdentity identity,
      SelfTest selfTest,
      NotaryChecks checks,
      ClusterLink cluster,
      AuditSink audit) {
    List<ReadinessTerm> terms = new ArrayList<>();
    terms.add(new ReadinessTerm("serving", this::serving));
    terms.addAll(cluster.terms());
    terms.add(new ReadinessTerm("notary", checks::readiness));
    terms.add(new ReadinessTerm("audit_sink", audit::readiness));
    terms.add(new ReadinessTerm("policy", live::readiness));
    terms.add(
        new ReadinessTerm(
            "tls_cert",
            () -> Status.reported(identity.status().holds(), identity.status().detail())));
    terms.add(new ReadinessTerm("clock", checks::clock));
    terms.add(new ReadinessTerm("selftest", selfTest::readiness));
    return terms;
  }

  /** Whoever is ready without a listener would get all requests and answer none. */
  private Status serving() {
    return webhook.isRunning() || lifecycle.phase() == Lifecycle.Phase.DRAINING
        ? lifecycle.readiness()
        : Status.gating(false, "the webhook listener has stopped; restart this replica");
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

  /** Where this process reaches its own webhook: {@code https://host:port}. */
  public URI webhookAddress() {
    return webhookAddress;
  }

  /** Where this process reaches its own admin listener: {@code http://host:port}. */
  public URI adminAddress() {
    return adminAddress;
  }

  /** Where the operator page is, if it is served: {@code http://127.0.0.1:port/}. */
  public Optional<URI> pageAddress() {
    return page.address();
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
