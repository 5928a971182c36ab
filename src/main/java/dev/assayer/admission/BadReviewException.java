package dev.assayer.admission;

/** A field of the review that must be understood is not what it must be. Stays in this room. */
final class BadReviewException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A whole sentence. */
  BadReviewException(String sentence) {
    super(sentence);
  }

  /** The field at {@code pointer} is of the wrong type. */
  BadReviewException(String pointer, String expected, String found) {
    this(pointer + " must be " + expected + ", it is " + found);
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
