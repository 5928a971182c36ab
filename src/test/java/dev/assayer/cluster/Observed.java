package dev.assayer.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was told. */
final class Observed implements ClusterObserver {
  final List<String> calls = new CopyOnWriteArrayList<>();
  final List<SentinelResult> sentinels = new CopyOnWriteArrayList<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  volatile Set<DriftField> drifted = Set.of();
  volatile boolean present;
  volatile OptionalLong timeout = OptionalLong.empty();
  volatile Optional<Instant> honoured = Optional.empty();
  volatile boolean leads;
  final List<String> glassSeen = new CopyOnWriteArrayList<>();
  volatile int glassActive;
  volatile Optional<Instant> glassUntil = Optional.empty();
  final List<String> owners = new CopyOnWriteArrayList<>();

  @Override
  public void called(String verb, String result) {
    calls.add(verb + " " + result);
  }

  @Override
  public void webhook(boolean isPresent, Set<DriftField> fields) {
    present = isPresent;
    drifted = Set.copyOf(fields);
  }

  @Override
  public void webhookTimeout(OptionalLong seconds) {
    timeout = seconds;
  }

  @Override
  public void sentinelSeen(SentinelResult result) {
    sentinels.add(result);
  }

  @Override
  public void sentinelHonoured(Optional<Instant> started) {
    honoured = started;
  }

  @Override
  public void event(String result) {
    events.add(result);
  }

  @Override
  public void leads(boolean now) {
    leads = now;
  }

  @Override
  public void breakGlassSeen(String result) {
    glassSeen.add(result);
  }

  @Override
  public void breakGlass(int active, Optional<Instant> until) {
    glassActive = active;
    glassUntil = until;
  }

  @Override
  public void ownerLookedUp(String result) {
    owners.add(result);
  }
}
