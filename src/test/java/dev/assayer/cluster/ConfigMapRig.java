package dev.assayer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.state.SharedStore.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;

/** Replicas that keep what they share in the ConfigMaps of an API server that is none. */
abstract class ConfigMapRig {
  static final String RELEASE = "rel";
  static final String MARK = "trust/registry.example/acme/app";
  static final Duration LONG = Duration.ofSeconds(20);
  static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

  final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  final FakeConfigMaps maps = FakeConfigMaps.of(RELEASE);
  final FakeApi fake = new FakeApi().answeringAll(maps);
  final List<KubeApi> apis = new ArrayList<>();
  final ConfigMapStore store = replica();

  ConfigMapStore replica() {
    return replica(System::nanoTime);
  }

  ConfigMapStore replica(LongSupplier paces) {
    KubeApi api = KubeApi.open(fake.access(), new Observed());
    apis.add(api);
    ClusterSettings settings =
        new ClusterSettings(RELEASE, "ns", "rel-0", "rel", fake.access(), Optional.empty());
    return new ConfigMapStore(api, settings, (InstantSource) now::get, paces);
  }

  @AfterEach
  void close() {
    apis.forEach(KubeApi::close);
    fake.close();
  }

  Change put(String name, String value) {
    return put(store, name, Optional.empty(), value, Instant.MAX);
  }

  static Change put(
      ConfigMapStore in, String name, Optional<String> expected, String value, Instant until) {
    return in.swap(name, expected, value, until, LONG);
  }

  static void isDone(Change change) {
    assertThat(change).isInstanceOf(Change.Done.class);
  }
}
