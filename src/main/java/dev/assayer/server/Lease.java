package dev.assayer.server;

import dev.assayer.admission.Assayer;

/** The use of one configuration for one review: it stays open until this is closed. */
public final class Lease implements AutoCloseable {
  private final Generation generation;

  Lease(Generation generation) {
    this.generation = generation;
  }

  /** What decides, under the configuration that was in force when the lease was taken. */
  public Assayer assayer() {
    return generation.assayer();
  }

  /** Counts the configurations applied by this process, from 1. */
  public long generation() {
    return generation.number();
  }

  @Override
  public void close() {
    generation.leave();
  }
}
