package dev.assayer.policy;

import dev.assayer.policy.Specificity.Candidate;
import java.util.List;

/**
 * Whether one candidate is the more specific for every image that both match. The answer yes is
 * proven for any image; no may mean unknown.
 *
 * <p>An image has no {@code *}, so a component shares with it at most what stands before its first
 * {@code *}: its literal prefix. Where no wildcard stands in earlier components, a matching image
 * has exactly that prefix at exactly that place.
 */
final class Dominance {

  private Dominance() {}

  static boolean always(Candidate winner, Candidate loser) {
    List<String> strong = winner.pattern().components();
    List<String> weak = loser.pattern().components();
    if (strong.size() != weak.size()) {
      return strong.size() > weak.size();
    }
    boolean aligned = true;
    for (int i = 0; i < strong.size(); i++) {
      String prefix = literalPrefix(strong.get(i));
      String other = literalPrefix(weak.get(i));
      if (aligned && prefix.length() > other.length()) {
        return true;
      }
      boolean never = aligned ? prefix.length() < other.length() : !prefix.startsWith(other);
      if (never) {
        return false;
      }
      aligned = aligned && prefix.length() == strong.get(i).length();
    }
    for (int i = 0; i < strong.size(); i++) {
      int difference = strong.get(i).length() - weak.get(i).length();
      if (difference != 0) {
        return difference > 0;
      }
    }
    return winner.index() < loser.index();
  }

  private static String literalPrefix(String component) {
    int star = component.indexOf('*');
    return star < 0 ? component : component.substring(0, star);
  }
}
