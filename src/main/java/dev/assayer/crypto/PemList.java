package dev.assayer.crypto;

import java.util.List;

/**
 * Outcome of reading several PEM blocks of one type.
 *
 * @param <T> what a block holds
 */
public sealed interface PemList<T> {
  /**
   * All blocks were read.
   *
   * @param items one or more, in the order of the text
   */
  record Loaded<T>(List<T> items) implements PemList<T> {
    public Loaded {
      items = List.copyOf(items);
    }
  }

  /**
   * The text is refused as a whole.
   *
   * @param why one clause with the remedy
   */
  record Refused<T>(String why) implements PemList<T> {}
}
