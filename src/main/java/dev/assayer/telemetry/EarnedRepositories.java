package dev.assayer.telemetry;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which repositories have series of their own. A place is earned by being named in the policy or by
 * a valid signature, so that nobody without a signing key can take one. Named ones go before
 * verified ones, and of these the one that was verified longest ago gives way to a named one.
 */
final class EarnedRepositories {
  /** Verified repositories beyond the budget. */
  static final String OTHER = "_other";

  /** All that earned nothing. */
  static final String UNVERIFIED = "_unverified";

  /** Verified ones without a place that are remembered, so that all of them count as such. */
  private static final int MOST_BEYOND = 4096;

  private static final class Place {
    private volatile boolean named;
    private volatile long verifiedNanos;
    private volatile boolean verified;
  }

  /** What a change of the policy moved. */
  record Change(Set<String> gained, Set<String> lost) {}

  private final int budget;
  private final Map<String, Place> places = new ConcurrentHashMap<>();
  private final Set<String> beyond = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();

  EarnedRepositories(int budget) {
    this.budget = budget;
  }

  /** The label for a repository: itself, {@link #OTHER} or {@link #UNVERIFIED}. */
  String label(String repository) {
    if (places.containsKey(repository)) {
      return repository;
    }
    return beyond.contains(repository) ? OTHER : UNVERIFIED;
  }

  /** Takes note of a valid signature; true if the repository gained a place by it. */
  boolean verified(String repository) {
    Place place = places.get(repository);
    if (place == null) {
      return earn(repository);
    }
    place.verifiedNanos = System.nanoTime();
    place.verified = true;
    return false;
  }

  private boolean earn(String repository) {
    lock.lock();
    try {
      if (places.containsKey(repository)) {
        return false;
      }
      if (places.size() >= budget) {
        overflow(repository);
        return false;
      }
      Place place = new Place();
      place.verified = true;
      place.verifiedNanos = System.nanoTime();
      places.put(repository, place);
      beyond.remove(repository);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The policy names these and no others. */
  Change name(Collection<String> repositories) {
    lock.lock();
    try {
      Set<String> wanted = new LinkedHashSet<>(repositories);
      Set<String> lost = new HashSet<>();
      for (Map.Entry<String, Place> entry : new HashMap<>(places).entrySet()) {
        Place place = entry.getValue();
        place.named = wanted.contains(entry.getKey());
        if (!place.named && !place.verified) {
          lost.add(entry.getKey());
        }
      }
      lost.forEach(places::remove);
      Set<String> gained = new LinkedHashSet<>();
      for (String repository : wanted) {
        if (!places.containsKey(repository) && hasRoom(lost)) {
          Place place = new Place();
          place.named = true;
          place.verified = beyond.remove(repository);
          place.verifiedNanos = System.nanoTime();
          places.put(repository, place);
          gained.add(repository);
        }
      }
      return new Change(gained, lost);
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom(Set<String> lost) {
    if (places.size() < budget) {
      return true;
    }
    Optional<String> oldest = Optional.empty();
    long most = Long.MIN_VALUE;
    long now = System.nanoTime();
    for (Map.Entry<String, Place> entry : places.entrySet()) {
      long age = now - entry.getValue().verifiedNanos;
      if (!entry.getValue().named && age > most) {
        most = age;
        oldest = Optional.of(entry.getKey());
      }
    }
    oldest.ifPresent(repository -> {
      places.remove(repository);
      overflow(repository);
      lost.add(repository);
    });
    return oldest.isPresent();
  }

  private void overflow(String repository) {
    if (beyond.size() < MOST_BEYOND) {
      beyond.add(repository);
    }
  }
}
