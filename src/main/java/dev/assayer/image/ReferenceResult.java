package dev.assayer.image;

/** What became of an image string: a name in normal form, or the reason why it is none. */
public sealed interface ReferenceResult {

  /** The string names an image. */
  record Valid(ImageReference reference) implements ReferenceResult {}

  /**
   * The string names no image that could be verified.
   *
   * @param requested the string as it came, of any length and content: print {@link #shown} instead
   * @param problem the class of the fault
   * @param detail one sentence: what is wrong, where, and what to write instead; printable ASCII
   *     apart from an ellipsis, and never longer than a few hundred characters
   */
  record Invalid(String requested, Problem problem, String detail) implements ReferenceResult {

    /** The request, quoted, escaped and cut to a length that fits a message. */
    public String shown() {
      return Printable.quoted(requested);
    }
  }

  /** The class of a fault. */
  enum Problem {
    /** Not a reference by the grammar: reason {@code reference_invalid}. */
    INVALID,
    /** A digest of another algorithm than sha256: reason {@code hash_unsupported}. */
    HASH_UNSUPPORTED
  }
}
