package dev.assayer.cluster;

import java.util.function.LongSupplier;

/**
 * What a family of ConfigMaps holds. Two families, so that however many facts there are, they never
 * push out or hold up a mark.
 */
enum ShardKind {
  /** Rollback marks: read afresh each time, thrown away at their end only. */
  MARKS("marks", 900 << 10, 900 << 10, 64 << 10, 16L << 20),
  /** Whatever else: may be a second old; what ends soonest makes room. */
  FACTS("facts", 512 << 10, 64 << 10, 256 << 10, 4L << 20);

  /** Names of facts begin so; all other names are of what must not be lost. */
  static final String FACTS_PREFIX = "fact-";

  /** ConfigMaps of one family. */
  static final int SHARDS = 16;

  private final String word;
  private final long mostBytes;
  private final long largestText;
  private final long perSecond;
  private final long burst;

  ShardKind(String word, long mostBytes, long largestText, long perSecond, long burst) {
    this.word = word;
    this.mostBytes = mostBytes;
    this.largestText = largestText;
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /** Where texts of this name are. */
  static ShardKind of(String name) {
    return name.startsWith(FACTS_PREFIX) ? FACTS : MARKS;
  }

  /** In names of ConfigMaps and in messages. */
  String word() {
    return word;
  }

  /**
   * Most bytes of one ConfigMap. The API server takes 1 MiB; what costs it most is that each change
   * writes all of it.
   */
  long mostBytes() {
    return mostBytes;
  }

  /** Most bytes of one text. */
  long largestText() {
    return largestText;
  }

  /** What one process may write. */
  WriteBudget budget(LongSupplier nanoTime) {
    return new WriteBudget(burst, perSecond, nanoTime);
  }
}
