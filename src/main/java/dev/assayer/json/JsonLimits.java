package dev.assayer.json;

/**
 * What {@link StrictJson} takes at most. Reaching a limit is fine, passing it refuses the text.
 *
 * @param maxBytes length of the whole text
 * @param maxDepth objects and arrays inside each other; 1 allows one flat object; up to 400
 * @param maxNumberLength characters of a number, sign included; up to 1000
 * @param maxMembers members of one object
 * @param maxValues values of the whole text, so that small values cannot fill the heap
 * @param maxStringLength UTF-16 units of one string or name
 * @param canonicalOnly refuse what canonical JSON cannot write and read back unchanged: numbers
 *     that are not plain integers, control characters and lone surrogates in strings
 */
public record JsonLimits(
    int maxBytes,
    int maxDepth,
    int maxNumberLength,
    int maxMembers,
    int maxValues,
    int maxStringLength,
    boolean canonicalOnly) {

  /** For an AdmissionReview: 4 MiB, depth 64, 20,000 members an object, about 500,000 values. */
  public static final JsonLimits REVIEW = text(4 << 20);

  /** Refuses limits that the recursive reader could not hold. */
  public JsonLimits {
    if (maxBytes < 1 || maxDepth < 1 || maxDepth > 400 || maxMembers < 1 || maxValues < 1) {
      throw new IllegalArgumentException("maxBytes, maxDepth (1-400), maxMembers, maxValues");
    }
    if (maxNumberLength < 1 || maxNumberLength > 1000 || maxStringLength < 1) {
      throw new IllegalArgumentException("maxNumberLength (1-1000), maxStringLength");
    }
  }

  /** For any JSON answer of this size: depth 64, 20,000 members an object, 32-character numbers. */
  public static JsonLimits text(int maxBytes) {
    return new JsonLimits(maxBytes, 64, 32, 20_000, values(maxBytes), maxBytes, false);
  }

  /**
   * For TUF metadata of this size, which is signed over its canonical form: only integers, no
   * control characters (canonical JSON would write them raw), up to 1,000,000 members an object.
   */
  public static JsonLimits metadata(int maxBytes) {
    return new JsonLimits(maxBytes, 64, 32, 1_000_000, values(maxBytes), maxBytes, true);
  }

  /** One value per 8 bytes: no real document is denser. */
  private static int values(int maxBytes) {
    return maxBytes / 8 + 1000;
  }
}
