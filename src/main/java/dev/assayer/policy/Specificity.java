package dev.assayer.policy;

import dev.assayer.image.ImagePattern;
import dev.assayer.policy.Difference.EarlierRule;
import dev.assayer.policy.Difference.LongerComponent;
import dev.assayer.policy.Difference.LongerPrefix;
import dev.assayer.policy.Difference.MoreComponents;
import java.util.List;

/**
 * Which of two patterns that match one image is the more specific (design section 4, "Matching").
 * For one image this orders candidates by a fixed list of numbers, compared from the left (count of
 * components, each common prefix, each length, index), and is therefore a total order.
 *
 * <p>A common prefix is counted character by character; {@code *} is a character like any other and
 * ends it, since no image name has one. The image's components are those of its match name, the tag
 * being part of the last. Where an image has fewer components than a pattern, the rest are empty.
 */
final class Specificity {

  /** A pattern at its place in the policy. */
  record Candidate(ImagePattern pattern, int index) {}

  /**
   * The outcome of one comparison.
   *
   * @param firstWins whether the first candidate is the more specific
   * @param difference what decided
   */
  record Comparison(boolean firstWins, Difference difference) {}

  private Specificity() {}

  static Comparison compare(Candidate a, Candidate b, List<String> image) {
    List<String> as = a.pattern().components();
    List<String> bs = b.pattern().components();
    if (as.size() != bs.size()) {
      boolean first = as.size() > bs.size();
      return new Comparison(
          first,
          new MoreComponents(Math.max(as.size(), bs.size()), Math.min(as.size(), bs.size())));
    }
    for (int i = 0; i < as.size(); i++) {
      String component = i < image.size() ? image.get(i) : "";
      int ofA = commonPrefix(as.get(i), component);
      int ofB = commonPrefix(bs.get(i), component);
      if (ofA != ofB) {
        return new Comparison(
            ofA > ofB, new LongerPrefix(i + 1, Math.max(ofA, ofB), Math.min(ofA, ofB)));
      }
    }
    for (int i = 0; i < as.size(); i++) {
      int ofA = as.get(i).length();
      int ofB = bs.get(i).length();
      if (ofA != ofB) {
        return new Comparison(
            ofA > ofB, new LongerComponent(i + 1, Math.max(ofA, ofB), Math.min(ofA, ofB)));
      }
    }
    boolean first = a.index() < b.index();
    return new Comparison(
        first, new EarlierRule(Math.min(a.index(), b.index()), Math.max(a.index(), b.index())));
  }

  static int commonPrefix(String a, String b) {
    int limit = Math.min(a.length(), b.length());
    int length = 0;
    while (length < limit && a.charAt(length) == b.charAt(length)) {
      length++;
    }
    return length;
  }
}
