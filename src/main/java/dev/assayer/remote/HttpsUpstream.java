package dev.assayer.remote;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.time.Deadline;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An {@link Upstream} on the JDK's HTTP client. Requests go to the configured host, token requests
 * also to the configured realm's host, and to nobody else whatever a server answers.
 */
public final class HttpsUpstream implements Upstream {
  /**
   * Calls under way to one upstream at most. One review may name 512 images, each of several files:
   * without a bound its user could make us open thousands of connections, and every other review
   * would pay for it.
   */
  static final int PLACES = 64;

  private final Transport transport;
  private final Exchanges exchanges;
  private final Peer peer;
  private final Authentication authentication;
  private final Semaphore places = new Semaphore(PLACES, true);
  private volatile Optional<Instant> serverDate = Optional.empty();

  private HttpsUpstream(
      Transport transport, Exchanges exchanges, Peer peer, Authentication authentication) {
    this.transport = transport;
    this.exchanges = exchanges;
    this.peer = peer;
    this.authentication = authentication;
  }

  /**
   * Makes a client; nothing is sent yet.
   *
   * @throws IllegalArgumentException if the host is not {@code host[:port]} or the realm not an
   *     https address without a user
   */
  public static HttpsUpstream open(UpstreamSettings settings) {
    return open(settings, ByteBudget.ofHeap());
  }

  static HttpsUpstream open(UpstreamSettings settings, ByteBudget budget) {
    Exchanges exchanges = new Exchanges(settings.observer());
    Peer peer = peer(Origin.parse(settings.host()), settings, exchanges);
    Optional<Peer> realm =
        settings
            .realm()
            .map(uri ->
                Origin.of(uri)
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            "auth.realm is not an https address: " + Words.target(uri))))
            .map(origin -> peer(origin, settings, exchanges));
    Transport transport = new Transport(settings.tls(), exchanges, budget);
    TokenSource tokens = new TokenSource(transport, exchanges, peer, realm, settings.credentials());
    return new HttpsUpstream(
        transport,
        exchanges,
        peer,
        new Authentication(peer.origin().label(), settings.credentials(), tokens));
  }

  private static Peer peer(Origin origin, UpstreamSettings settings, Exchanges exchanges) {
    return new Peer(
        origin,
        new Breaker(
            origin.label(),
            settings.breakerFailures(),
            settings.breakerPause(),
            state -> exchanges.breaker(origin, state)));
  }

  @Override
  public String host() {
    return peer.origin().label();
  }

  @Override
  public FetchResult fetch(Fetch fetch, StageLog stages, Deadline deadline) {
    if (deadline.expired()) {
      Answer.Lost late = Transport.late(host(), fetch.action(), deadline);
      return new FetchResult.Failed(late.reason(), late.detail());
    }
    if (!placed(stages, deadline)) {
      exchanges.unmade(peer.origin(), CallResult.OVERLOAD);
      return new FetchResult.Failed(
          Reason.OVERLOAD,
          "no place for "
              + fetch.action()
              + " among the "
              + PLACES
              + " calls to "
              + host()
              + " became free in time (budget "
              + Words.time(deadline.budget())
              + ")");
    }
    try {
      return guarded(fetch, stages, deadline);
    } finally {
      places.release();
    }
  }

  /** In the order of asking: a plain tryAcquire would let newcomers pass those who wait. */
  private boolean placed(StageLog stages, Deadline deadline) {
    try {
      if (places.tryAcquire(0, TimeUnit.NANOSECONDS)) {
        return true;
      }
      try (StageLog.Span _ = stages.begin("queue")) {
        return places.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private FetchResult guarded(Fetch fetch, StageLog stages, Deadline deadline) {
    return switch (enter(fetch, stages, deadline)) {
      case Breaker.Refused(String why) -> {
        exchanges.unmade(peer.origin(), CallResult.BREAKER_OPEN);
        yield new FetchResult.Failed(Reason.UPSTREAM_UNREACHABLE, host() + ": " + why);
      }
      case Breaker.Permit permit -> fetch(permit, fetch, stages, deadline);
    };
  }

  /** What an open breaker costs is a stage of its own: a wait, or a refusal. */
  private Breaker.Entry enter(Fetch fetch, StageLog stages, Deadline deadline) {
    if (peer.breaker().state() == BreakerState.CLOSED) {
      return peer.breaker().enter(deadline.remaining());
    }
    try (StageLog.Span span = stages.begin(fetch.stage(), host())) {
      span.note("circuit open");
      Breaker.Entry entry = peer.breaker().enter(deadline.remaining());
      if (entry instanceof Breaker.Permit) {
        span.note("circuit was open");
      }
      return entry;
    }
  }

  private FetchResult fetch(
      Breaker.Permit permit, Fetch fetch, StageLog stages, Deadline deadline) {
    Health health = Health.UNKNOWN;
    String detail = "";
    try {
      FetchRun.Outcome outcome =
          new FetchRun(
                  transport, peer.origin(), authentication, this::observe, fetch, stages, deadline)
              .run();
      health = outcome.health();
      if (outcome.result() instanceof FetchResult.Failed failed) {
        detail = failed.detail();
      }
      return outcome.result();
    } finally {
      peer.breaker().end(permit, health, detail);
    }
  }

  @Override
  public ProbeResult probe(Fetch fetch, Deadline deadline) {
    AtomicReference<Optional<Instant>> date = new AtomicReference<>(Optional.empty());
    FetchRun.Outcome outcome =
        new FetchRun(
                transport,
                peer.origin(),
                authentication,
                reply -> {
                  observe(reply);
                  date.set(exchanges.date(reply));
                },
                fetch,
                new StageLog(),
                deadline)
            .run();
    if (outcome.health() == Health.UP) {
      peer.breaker().close();
    }
    return new ProbeResult(outcome.result(), date.get());
  }

  @Override
  public boolean suspended() {
    return breakerState() != BreakerState.CLOSED;
  }

  /** The host's clock as its last answer showed it, to the second; for measuring skew. */
  public Optional<Instant> serverDate() {
    return serverDate;
  }

  /** Whether calls to the host are made or refused at present. */
  public BreakerState breakerState() {
    return peer.breaker().state();
  }

  private void observe(Answer.Reply reply) {
    exchanges.date(reply).ifPresent(date -> serverDate = Optional.of(date));
  }

  @Override
  public void close() {
    transport.close();
  }
}
