package dev.assayer.server;

import dev.assayer.cluster.ClusterSettings;
import dev.assayer.config.Config;
import dev.assayer.config.Finding;
import dev.assayer.config.HmacKey;
import dev.assayer.config.StateConfig;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.server.ReadinessTerm.Status;
import dev.assayer.state.InMemoryFacts;
import dev.assayer.state.InMemoryTrustState;
import dev.assayer.state.SharedFacts;
import dev.assayer.state.SharedState;
import dev.assayer.state.SharedStore;
import dev.assayer.state.StateObserver;
import dev.assayer.state.TrustState;
import dev.assayer.state.ValkeySettings;
import dev.assayer.state.ValkeyStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What is remembered, kept where the configuration says. */
public final class StateLink implements AutoCloseable {
  private final TrustState trust;
  private final SharedFacts facts;
  private final Optional<SharedState> shared;

  private StateLink(TrustState trust, SharedFacts facts, Optional<SharedState> shared) {
    this.trust = trust;
    this.facts = facts;
    this.shared = shared;
  }

  /**
   * As {@code state} of the configuration says. Waits for no store.
   *
   * @param environment the environment variables, which name release and namespace
   * @param cluster the store of the cluster around this process, asked for only if it is meant
   * @param observer is told how sharing goes
   * @throws StartRefused if what it needs is not there
   */
  public static StateLink open(
      Config config,
      Map<String, String> environment,
      Supplier<Optional<SharedStore>> cluster,
      InstantSource clock,
      StateObserver observer) {
    return switch (config.state()) {
      case StateConfig.Memory() ->
          new StateLink(new InMemoryTrustState(), new InMemoryFacts(clock), Optional.empty());
      case StateConfig.Kubernetes(Path key) -> {
        byte[] read = key(config, key);
        SharedStore store =
            cluster
                .get()
                .orElseThrow(() ->
                    new StartRefused(
                        List.of(
                            "state: kubernetes needs a cluster; set "
                                + ClusterSettings.RELEASE
                                + " and run with a service account, or use state: memory")));
        yield sharing(store, read, clock, observer);
      }
      case StateConfig.Valkey valkey -> {
        byte[] read = key(config, valkey.hmacKeyFile());
        ValkeySettings settings =
            ValkeySettings.of(
                valkey.uri(),
                valkey.ca().isEmpty() ? TlsTrust.jdkDefaults() : TlsTrust.only(valkey.ca()),
                valkey.username(),
                valkey.passwordFile(),
                prefix(config, environment));
        yield sharing(new ValkeyStore(settings, clock), read, clock, observer);
      }
    };
  }

  /** Installations are told apart by cluster, namespace and release. */
  private static String prefix(Config config, Map<String, String> environment) {
    return ValkeySettings.prefix(
        List.of(
            config.cluster(),
            environment.getOrDefault(ClusterSettings.NAMESPACE, ""),
            environment.getOrDefault(ClusterSettings.RELEASE, "")));
  }

  private static byte[] key(Config config, Path file) {
    return switch (HmacKey.read(file)) {
      case HmacKey.Result.Read(byte[] key) -> key;
      case HmacKey.Result.Refused _ ->
          throw new StartRefused(HmacKey.problem(config).map(Finding::text).stream().toList());
    };
  }

  private static StateLink sharing(
      SharedStore store, byte[] key, InstantSource clock, StateObserver observer) {
    SharedState shared = SharedState.open(store, key, clock, observer);
    return new StateLink(shared.trust(), shared.facts(), Optional.of(shared));
  }

  /** Marks and roots of repositories. */
  public TrustState trust() {
    return trust;
  }

  /** What was verified. */
  public SharedFacts facts() {
    return facts;
  }

  /** What is shared, unless all is in memory. */
  public Optional<SharedState> shared() {
    return shared;
  }

  /** The term {@code state}, where there is something to tell: reported, never gating. */
  List<ReadinessTerm> terms() {
    return shared.stream()
        .map(sharing ->
            new ReadinessTerm(
                "state",
                () -> {
                  Optional<String> trouble = sharing.trouble();
                  return Status.reported(
                      trouble.isEmpty(),
                      trouble
                          .map(why -> "shared state is down, own memory serves: " + why)
                          .orElse("shared state can be read and written"));
                }))
        .toList();
  }

  @Override
  public void close() {
    shared.ifPresent(SharedState::close);
  }
}
