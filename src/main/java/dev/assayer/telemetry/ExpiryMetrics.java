package dev.assayer.telemetry;

import dev.assayer.decision.RoleTrust;
import dev.assayer.decision.TrustFacts;
import dev.assayer.decision.Verification;
import io.micrometer.core.instrument.Counter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** When trust data expires, for the repositories that earned series. */
final class ExpiryMetrics {
  private record Data(String upstream, String repository) {}

  private final EarnedRepositories repositories;
  private final int budget;
  private final Family<Level> expiry;
  private final Counter folded;
  private final Set<Data> live = ConcurrentHashMap.newKeySet();
  private final Set<String> upstreams = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();

  ExpiryMetrics(
      Meters meters, Family<Counter> folded, EarnedRepositories repositories, int budget) {
    this.repositories = repositories;
    this.budget = budget;
    expiry = meters.gauges(Catalogue.TUF_EXPIRY);
    this.folded = folded.of(Catalogue.TUF_EXPIRY.metric());
  }

  void verified(Verification found) {
    if (found.trust().isEmpty() || !upstreams.contains(found.validator().upstream())) {
      return;
    }
    Data data = new Data(found.validator().upstream(), found.repository());
    if (!has(data)) {
      folded.increment();
      return;
    }
    earliest(found.trust().get())
        .forEach((role, when) ->
            expiry
                .of(data.upstream(), data.repository(), role)
                .set((double) when.getEpochSecond()));
  }

  private boolean has(Data data) {
    if (!repositories.label(data.repository()).equals(data.repository())) {
      return false;
    }
    if (live.contains(data)) {
      return true;
    }
    lock.lock();
    try {
      return live.contains(data) || (live.size() < budget && live.add(data));
    } finally {
      lock.unlock();
    }
  }

  private static Map<String, Instant> earliest(TrustFacts trust) {
    Map<String, Instant> earliest = HashMap.newHashMap(8);
    for (RoleTrust role : trust.chain()) {
      earliest.merge(
          TrustMetrics.role(role),
          role.expires(),
          (one, other) -> one.isBefore(other) ? one : other);
    }
    return earliest;
  }

  void configured(Set<String> hosts, EarnedRepositories.Change change) {
    upstreams.retainAll(hosts);
    upstreams.addAll(hosts);
    lock.lock();
    try {
      live.removeIf(
          data -> !hosts.contains(data.upstream()) || change.lost().contains(data.repository()));
      expiry.removeIf(labels -> !live.contains(new Data(labels.getFirst(), labels.get(1))));
    } finally {
      lock.unlock();
    }
  }
}
