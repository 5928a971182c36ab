package dev.assayer.server;

import dev.assayer.config.WebhookConfig;
import dev.assayer.crypto.TlsCertificates;
import dev.assayer.crypto.TlsIdentity;
import dev.assayer.server.Watched.Change;
import dev.assayer.server.Watched.Problem;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The webhook listener's TLS. Certificate, key and client authorities are read again when their
 * files change: new connections get the new ones, old connections go on, and a content that cannot
 * be used is reported while the last good one serves.
 *
 * <p>Each change makes a new context with keys and sessions of its own, so that a handshake never
 * sees half of a change, and no session outlives the certificate or authority it was made under.
 */
final class ServingIdentity implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ServingIdentity.class.getName());
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** The least there is: 0 would be for ever. See {@link GuardedEngine} on resumption. */
  private static final int SESSION_SECONDS = 1;

  private final Watched<TlsIdentity> identity;
  private final Optional<Watched<List<X509Certificate>>> authorities;
  private final TlsEvents events;
  private final InstantSource clock;
  private final SelfTestClient selfTest;
  private final Thread watcher =
      Thread.ofPlatform().daemon().name("tls-reload").unstarted(this::watch);
  private final SSLContext context;
  private volatile InUse inUse;

  /** One context and what it was made of. */
  private record InUse(
      TlsIdentity identity, List<X509Certificate> authorities, SSLContext context) {}

  private ServingIdentity(
      Watched<TlsIdentity> identity,
      Optional<Watched<List<X509Certificate>>> authorities,
      TlsEvents events,
      InstantSource clock) {
    this.identity = identity;
    this.authorities = authorities;
    this.events = events;
    this.clock = clock;
    this.selfTest = new SelfTestClient(clock.instant());
    this.inUse = make(clock.instant());
    this.context =
        SwitchedContext.over(
            () -> inUse.context(),
            engine -> new GuardedEngine(engine, mutual(), events::clientRefused));
  }

  /**
   * Reads the files and watches them from now on. A certificate that is expired is served all the
   * same, said loudly: nobody will accept it, but the process can then take the next one by itself.
   *
   * @param tls the configured files
   * @throws TlsSetupException if there are none, or they cannot be used
   */
  static ServingIdentity open(
      Optional<WebhookConfig.Tls> tls, TlsEvents events, InstantSource clock)
      throws TlsSetupException {
    ServingIdentity made = read(tls, events, clock);
    made.watcher.start();
    return made;
  }

  /** The same without a watcher: the caller calls {@link #poll}. */
  static ServingIdentity read(
      Optional<WebhookConfig.Tls> tls, TlsEvents events, InstantSource clock)
      throws TlsSetupException {
    if (tls.isEmpty()) {
      throw new TlsSetupException(
          "webhook.tls is missing: the API server calls webhooks over TLS only; set"
              + " webhook.tls.certificateFile and webhook.tls.keyFile");
    }
    Watched<TlsIdentity> identity = TlsReaders.identity(tls.get(), clock);
    Optional<Watched<List<X509Certificate>>> authorities =
        tls.get().clientCaFile().isEmpty()
            ? Optional.empty()
            : Optional.of(TlsReaders.authorities(tls.get().clientCaFile().get(), clock));
    ServingIdentity made = new ServingIdentity(identity, authorities, events, clock);
    made.tellIdentity(identity.value());
    authorities.ifPresent(watched -> made.tellAuthorities(watched.value()));
    made.tellStatus();
    return made;
  }

  /** The one way to give this TLS to a listener; NIO must stay on, or every connection fails. */
  Tls tls() {
    return Tls.builder()
        .sslContext(context)
        .enabledProtocols(GuardedEngine.PROTOCOLS)
        .enabledCipherSuites(GuardedEngine.CIPHER_SUITES)
        .clientAuth(mutual() ? TlsClientAuth.REQUIRED : TlsClientAuth.NONE)
        .endpointIdentificationAlgorithm(Tls.ENDPOINT_IDENTIFICATION_NONE)
        .build();
  }

  /** Whether clients must show a certificate. */
  boolean mutual() {
    return authorities.isPresent();
  }

  /** The leaf that new connections get. */
  X509Certificate certificate() {
    return inUse.identity().certificate();
  }

  /** The chain that new connections get, leaf first. */
  List<X509Certificate> chain() {
    return inUse.identity().chain();
  }

  /**
   * A new client context that trusts exactly {@link #certificate} and shows the self-test's own
   * certificate to a listener that asks for one.
   */
  SSLContext selfTestClientContext() {
    return selfTest.context(this::certificate);
  }

  /** Whether this is the self-test's certificate and not merely one with its name. */
  boolean isSelfTest(X509Certificate client) {
    return selfTest.is(client);
  }

  /** The condition {@code tls_cert}, as it is now. */
  TlsStatus status() {
    Instant now = clock.instant();
    TlsIdentity served = inUse.identity();
    Optional<Problem> problem = identity.problem().or(() -> authorities.flatMap(Watched::problem));
    if (!served.validAt(now)) {
      return new TlsStatus(
          false,
          "the webhook certificate is not valid now, so nobody can call: " + served.describe());
    }
    if (mutual() && inUse.authorities().isEmpty()) {
      return new TlsStatus(false, "no certificate of webhook.tls.clientCaFile is valid now");
    }
    return problem
        .map(found -> new TlsStatus(false, "the last good files serve on; " + found.why()))
        .orElseGet(() -> new TlsStatus(true, served.describe()));
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        try {
          poll();
        } catch (RuntimeException unexpected) {
          LOG.log(Level.ERROR, "looking at the TLS files failed; trying on", unexpected);
        }
      }
    } catch (InterruptedException closed) {
      // close() wants this thread to end.
    }
  }

  /** Looks at the files once, and at the clock. */
  void poll() {
    switch (identity.poll()) {
      case Change.Taken<TlsIdentity>(TlsIdentity taken) -> {
        renew();
        events.reloaded("ok");
        tellIdentity(taken);
      }
      case Change.Refused<TlsIdentity>(Problem problem) -> tellRefused(problem);
      case Change.Restored<TlsIdentity> _ -> tellRestored();
      case Change.None<TlsIdentity> _ -> {}
    }
    authorities.ifPresent(this::pollAuthorities);
    // An authority expired or became valid, though no file changed.
    if (!validAuthorities(clock.instant()).equals(inUse.authorities())) {
      renew();
      authorities.ifPresent(watched -> tellAuthorities(watched.value()));
    }
    tellStatus();
  }

  private void pollAuthorities(Watched<List<X509Certificate>> watched) {
    switch (watched.poll()) {
      case Change.Taken<List<X509Certificate>>(List<X509Certificate> taken) -> {
        renew();
        events.reloaded("ok");
        tellAuthorities(taken);
      }
      case Change.Refused<List<X509Certificate>>(Problem problem) -> tellRefused(problem);
      case Change.Restored<List<X509Certificate>> _ -> tellRestored();
      case Change.None<List<X509Certificate>> _ -> {}
    }
  }

  private List<X509Certificate> validAuthorities(Instant now) {
    return authorities.map(watched -> TlsReaders.valid(watched.value(), now)).orElseGet(List::of);
  }

  private void renew() {
    inUse = make(clock.instant());
  }

  private InUse make(Instant now) {
    TlsIdentity shown = identity.value();
    List<X509Certificate> trusted = validAuthorities(now);
    try {
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(
          new KeyManager[] {shown.keyManager()},
          new TrustManager[] {new ClientTrust(trusted, selfTest)},
          null);
      made.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return new InUse(shown, trusted, made);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("cannot make a TLS context", impossible);
    }
  }

  private void tellIdentity(TlsIdentity served) {
    events.certificate("server", served.notAfter());
    LOG.log(Level.INFO, "the webhook serves {0}", served.describe());
    served.warnings().forEach(warning -> LOG.log(Level.WARNING, "webhook TLS: {0}", warning));
    if (!served.validAt(clock.instant())) {
      LOG.log(
          Level.ERROR,
          "the webhook certificate is not valid now, so the API server will refuse it: {0}; renew"
              + " it, or correct the clock",
          served.describe());
    }
  }

  /** The metric is the next date on which some clients lose their authority. */
  private void tellAuthorities(List<X509Certificate> all) {
    List<X509Certificate> valid = TlsReaders.valid(all, clock.instant());
    (valid.isEmpty() ? all : valid)
        .stream()
            .map(one -> one.getNotAfter().toInstant())
            .min(Comparator.naturalOrder())
            .ifPresent(end -> events.certificate("client_ca", end));
    for (X509Certificate one : all) {
      LOG.log(
          valid.contains(one) ? Level.INFO : Level.WARNING,
          valid.contains(one)
              ? "clients must have a certificate under {0}"
              : "this client authority is not valid now and lets nobody in: {0}",
          TlsCertificates.describe(one));
    }
  }

  private void tellRefused(Problem problem) {
    events.reloaded(problem.result());
    LOG.log(
        Level.ERROR,
        "changed TLS files are refused, the last good ones serve on; {0}",
        problem.why());
  }

  private static void tellRestored() {
    LOG.log(Level.INFO, "the TLS files are again those that are in use");
  }

  private void tellStatus() {
    events.condition(status().holds());
  }

  /** Stops watching; what is served stays. */
  @Override
  public void close() {
    watcher.interrupt();
  }
}
