package dev.assayer.server;

import dev.assayer.cluster.ClusterObserver;
import dev.assayer.cluster.DriftField;
import dev.assayer.cluster.SentinelResult;
import dev.assayer.telemetry.ClusterMetrics;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells metrics what happens between Assayer and the cluster. */
record ClusterTelemetry(ClusterMetrics metrics) implements ClusterObserver {
  @Override
  public void called(String verb, String result) {
    metrics.called(result);
  }

  @Override
  public void webhook(boolean present, Set<DriftField> drifted) {
    metrics.webhook(
        present, drifted.stream().map(DriftField::code).collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public void webhookTimeout(OptionalLong seconds) {
    metrics.webhookTimeout(seconds);
  }

  @Override
  public void sentinelSeen(SentinelResult result) {
    metrics.sentinelSeen(result.code());
  }

  @Override
  public void sentinelHonoured(Optional<Instant> started) {
    metrics.sentinelHonoured(started);
  }

  @Override
  public void event(String result) {
    metrics.event(result);
  }

  @Override
  public void breakGlassSeen(String result) {
    metrics.breakGlassSeen(result);
  }

  @Override
  public void breakGlass(int active, Optional<Instant> until) {
    metrics.breakGlass(active, until);
  }

  @Override
  public void leads(boolean leads) {
    metrics.leads(leads);
  }

  @Override
  public void ownerLookedUp(String result) {
    metrics.ownerLookedUp(result);
  }
}
