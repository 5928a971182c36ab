package dev.assayer.state;

/** Is told what happens between memory and the shared store. Must be quick and not throw. */
public interface StateObserver {
  /** What a question to the shared store came to. */
  enum Read {
    /** A sealed value that holds. */
    HIT,
    /** Nothing there. */
    MISS,
    /** Its end has come. */
    EXPIRED,
    /** What was there was not sealed by us for this name. It counts as nothing. */
    INTEGRITY_FAILURE,
    /** Nobody said in time, or nobody was asked since the store is down. */
    ERROR
  }

  /** What a change in the shared store came to. */
  enum Write {
    WRITTEN,
    /** Not now: it waits to be written behind. */
    DEFERRED,
    /** No room to wait; it is in own memory only. */
    DROPPED
  }

  /** The shared store was asked. */
  void read(Read result);

  /** A change was to be made in the shared store. */
  void written(Write result);

  /** Whether the shared store can be read and written. */
  void reachable(boolean reachable);

  /** Two replicas saw other content under the same version of a role. */
  void equivocation();

  /** Is not interested. */
  static StateObserver none() {
    return new StateObserver() {
      @Override
      public void read(Read result) {}

      @Override
      public void written(Write result) {}

      @Override
      public void reachable(boolean reachable) {}

      @Override
      public void equivocation() {}
    };
  }
}
