package dev.assayer.state;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What is remembered in own memory and shared with other replicas through a {@link SharedStore}. No
 * call waits for the store longer than a quarter of a second, and none while it is down; what it
 * says counts only under our seal.
 */
public final class SharedState implements AutoCloseable {
  /** The shortest key, in bytes. */
  public static final int MIN_KEY = Seal.MIN_KEY;

  private static final Duration FIRST_LOOK = Duration.ofSeconds(3);

  private final PatientStore store;
  private final WriteBehind behind;
  private final SharedTrustState trust;
  private final SealedFacts facts;

  private SharedState(SharedStore shared, Seal seal, InstantSource clock, StateObserver observer) {
    Rarely rarely = new Rarely();
    store = new PatientStore(shared, observer);
    behind = new WriteBehind(store, observer);
    trust = new SharedTrustState(store, seal, clock, observer, rarely, behind);
    facts = new SealedFacts(store, seal, clock, observer, rarely, behind);
  }

  /**
   * Begins to share. Waits for nothing: whether the store answers is found out in the background.
   *
   * @param store is closed with this
   * @param hmacKey binds what is written, at least {@link #MIN_KEY} bytes, the same for all
   *     replicas
   * @param observer is told how it goes
   */
  public static SharedState open(
      SharedStore store, byte[] hmacKey, InstantSource clock, StateObserver observer) {
    return new SharedState(store, new Seal(hmacKey, store.scope()), clock, observer);
  }

  /** Marks and roots of repositories. */
  public TrustState trust() {
    return trust;
  }

  /** What was verified. */
  public SharedFacts facts() {
    return facts;
  }

  /**
   * Waits until the store was looked at for the first time, or for three seconds: a process that
   * decides before would not know what others saw, only because its connection is new.
   */
  public void awaitFirstLook() {
    behind.awaitFirstLook(FIRST_LOOK);
  }

  /** What is wrong with the store, if anything is; the last thing it said. */
  public Optional<String> trouble() {
    return store.trouble();
  }

  /**
   * Has all replicas drop the marks of a repository when they next ask, on the record. What is
   * written stands for later than all that was seen before; an older one says nothing any more.
   *
   * @param reason why, in words; replicas log it
   * @param by who wants it
   * @param patience longest wait
   */
  public Forgetting forget(String repository, String reason, String by, Duration patience) {
    return trust.forget(repository, reason, by, patience);
  }

  /** Writes for two seconds at most what still waits. */
  @Override
  public void close() {
    behind.close();
    store.close();
  }
}
