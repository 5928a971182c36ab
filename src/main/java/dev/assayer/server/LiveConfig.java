package dev.assayer.server;

import dev.assayer.admission.Assayer;
import dev.assayer.admission.Environment;
import dev.assayer.alerting.Templates;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigFiles;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.Finding;
import dev.assayer.config.LoadResult;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.telemetry.Metrics;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The configuration in force. The files are read again once a second: a change that two readings
 * agree on is loaded and, when it is valid and has the pinned digest, put in force; otherwise what
 * is in force stays. Reviews hold a {@link Lease}, so none of them sees a change half-way.
 */
final class LiveConfig implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(LiveConfig.class.getName());

  /** Findings told at once; the rest is counted. */
  private static final int TOLD = 10;

  private final Path file;
  private final DigestPin pin;
  private final Metrics metrics;
  private final Consumer<Assayer> applied;
  private final LongSupplier nanoTime;
  private final Config started;
  private final ConcurrentLinkedQueue<Generation> retired = new ConcurrentLinkedQueue<>();
  private volatile Generation current;
  private volatile PolicyStatus status;
  private Environment environment;
  private ConfigFiles inForce;
  private ConfigFiles judged;
  private Optional<ConfigFiles> pending = Optional.empty();

  /** What a load gives once it may come into force. */
  private record Usable(Config config, List<Finding> findings, ConfigFiles files) {}

  private LiveConfig(
      Path file,
      DigestPin pin,
      Environment environment,
      Metrics metrics,
      Consumer<Assayer> applied,
      LongSupplier nanoTime,
      Usable usable) {
    this.file = file;
    this.pin = pin;
    this.environment = environment;
    this.metrics = metrics;
    this.applied = applied;
    this.nanoTime = nanoTime;
    started = usable.config();
    inForce = usable.files();
    judged = inForce;
    current = new Generation(open(started, environment), environment.generation(), nanoTime);
    status = good(started);
  }

  /**
   * Loads the configuration that the process starts with.
   *
   * @param file the configuration file
   * @param pin the only digest that may come into force, if any
   * @param environment makes the environment of the first configuration
   * @param applied told of each configuration when it comes into force, the first included; must
   *     not throw
   * @throws StartRefused if the file is wrong or has another digest than the pinned one
   */
  static LiveConfig open(
      Path file,
      DigestPin pin,
      Function<Config, Environment> environment,
      Metrics metrics,
      Consumer<Assayer> applied) {
    return open(file, pin, environment, metrics, applied, System::nanoTime);
  }

  static LiveConfig open(
      Path file,
      DigestPin pin,
      Function<Config, Environment> environment,
      Metrics metrics,
      Consumer<Assayer> applied,
      LongSupplier nanoTime) {
    ConfigLoader.Snapshot snapshot = load(file);
    Usable usable =
        switch (snapshot.result()) {
          case LoadResult.Loaded(Config config, List<Finding> findings) ->
              new Usable(config, findings, snapshot.files());
          case LoadResult.Refused(List<Finding> errors) ->
              throw new StartRefused(errors.stream().map(Finding::text).toList());
        };
    String digest = usable.config().policyDigest();
    if (!pin.allows(digest)) {
      metrics.policyReload("digest_mismatch");
      throw new StartRefused(
          List.of(
              file
                  + ": "
                  + pin.mismatch(digest)
                  + "; restore the file, or let the pin follow the change"));
    }
    Environment first = environment.apply(usable.config());
    LiveConfig live = new LiveConfig(file, pin, first, metrics, applied, nanoTime, usable);
    live.mismatch(false, false);
    live.doubts(usable.findings());
    applied.accept(live.current.assayer());
    LOGGER.log(Level.INFO, "configuration {0} in force, digest {1}, generation 1", file, digest);
    return live;
  }

  private static ConfigLoader.Snapshot load(Path file) {
    ConfigLoader.Snapshot read = new ConfigLoader().snapshot(file);
    return new ConfigLoader.Snapshot(Templates.check(read.result()), read.files());
  }

  /** The configuration in force, for one review. */
  Lease lease() {
    while (true) {
      Generation now = current;
      if (now.enter()) {
        return new Lease(now);
      }
    }
  }

  /** What is in force, for questions about it and not for reviews, which need a lease. */
  Assayer assayer() {
    return current.assayer();
  }

  /** Whether what is in force is what the files say. */
  PolicyStatus policyStatus() {
    return status;
  }

  /** The term {@code policy}: reported, never gating. */
  Status readiness() {
    PolicyStatus now = status;
    return Status.reported(now.current(), now.detail());
  }

  /** Looks at the files once. To be called again and again by one thread. */
  synchronized void poll() {
    retired.removeIf(Generation::retire);
    if (judged.now().equals(judged)) {
      pending = Optional.empty();
      return;
    }
    ConfigFiles seen = pending.orElse(judged).now();
    if (pending.equals(Optional.of(seen))) {
      reload(seen);
    } else {
      pending = Optional.of(seen); // perhaps half written: the next reading must find the same
    }
  }

  private void reload(ConfigFiles seen) {
    ConfigLoader.Snapshot snapshot = load(file);
    if (!snapshot.files().equals(seen)) {
      pending = Optional.of(snapshot.files()); // refers to other files now, or changed once more
      return;
    }
    pending = Optional.empty();
    judged = snapshot.files();
    switch (snapshot.result()) {
      case LoadResult.Refused(List<Finding> errors) -> invalid(texts(errors));
      case LoadResult.Loaded(Config config, List<Finding> findings) -> {
        if (judged.equals(inForce)) {
          restored();
        } else if (pin.allows(config.policyDigest())) {
          apply(new Usable(config, findings, judged));
        } else {
          mismatched(config);
        }
      }
    }
  }

  private void apply(Usable usable) {
    Config config = usable.config();
    Environment next = environment.next();
    Assayer opened;
    try {
      opened = open(config, next);
    } catch (RuntimeException unusable) {
      // Its message may hold what the file says, secrets among it; its class does not.
      invalid(List.of("it cannot be put to work: " + unusable.getClass().getName()));
      return;
    }
    final String before = current.assayer().config().policyDigest();
    retired.add(current);
    environment = next;
    inForce = usable.files();
    current = new Generation(opened, next.generation(), nanoTime);
    status = good(config);
    mismatch(false, false);
    metrics.policyReload("ok");
    applied.accept(opened);
    doubts(usable.findings());
    RestartOnly.changes(started, config).forEach(change -> LOGGER.log(Level.WARNING, change));
    LOGGER.log(
        Level.INFO,
        "configuration {0} changed: digest {1} before, {2} now, generation {3}",
        file,
        before,
        config.policyDigest(),
        Long.toString(next.generation()));
  }

  private void restored() {
    status = good(current.assayer().config());
    mismatch(false, false);
    LOGGER.log(Level.INFO, "configuration {0} is again what is in force", file);
  }

  private void invalid(List<String> errors) {
    metrics.policyReload("invalid");
    refused(String.join(" | ", errors));
  }

  private void mismatched(Config config) {
    metrics.policyReload("digest_mismatch");
    boolean roots = !config.trustRootDigest().equals(current.assayer().config().trustRootDigest());
    boolean text = !judged.content().equals(inForce.content());
    mismatch(text || !roots, roots);
    refused(pin.mismatch(config.policyDigest()));
  }

  private void refused(String why) {
    Config config = current.assayer().config();
    status = new PolicyStatus(false, why, config.policyDigest(), current.number());
    LOGGER.log(
        Level.ERROR,
        "configuration {0} changed and is refused, digest {1} stays in force: {2}",
        file,
        config.policyDigest(),
        why);
  }

  private PolicyStatus good(Config config) {
    String digest = config.policyDigest();
    return new PolicyStatus(
        true, "digest " + digest + " in force", digest, environment.generation());
  }

  private void mismatch(boolean policy, boolean trustRoots) {
    metrics.trustConfigMismatch("policy", policy);
    metrics.trustConfigMismatch("trust_roots", trustRoots);
  }

  private void doubts(List<Finding> findings) {
    texts(findings).forEach(text -> LOGGER.log(Level.WARNING, "{0}", text));
  }

  private static List<String> texts(List<Finding> findings) {
    Stream<String> first = findings.stream().limit(TOLD).map(Finding::text);
    return findings.size() <= TOLD
        ? first.toList()
        : Stream.concat(first, Stream.of("and " + (findings.size() - TOLD) + " more")).toList();
  }

  private static Assayer open(Config config, Environment environment) {
    return Assayer.open(config, environment);
  }

  /** Closes all configurations at once; no review may be under way. */
  @Override
  public synchronized void close() {
    retired.forEach(Generation::close);
    current.close();
  }
}
