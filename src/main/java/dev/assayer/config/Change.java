package dev.assayer.config;

import java.util.List;

/**
 * What became of one part of a Connaisseur file. No component ever holds a secret or key material.
 *
 * @param kind how it went
 * @param line line in the Connaisseur file, from 1; 0 where the whole file is meant
 * @param column column there, from 1; 0 where the whole file is meant
 * @param field dotted path in the Connaisseur file
 * @param became the field or value of ours that stands for it; empty for none
 * @param meaning what differs, or why there is nothing of ours for it; empty where nothing differs
 * @param remedy what to do about it; empty where nothing needs to be done
 * @param rules the rules it touches: their places in the Connaisseur policy, from 0
 * @param mayAdmitMore whether an image that Connaisseur would have denied may be admitted
 */
public record Change(
    Kind kind,
    int line,
    int column,
    String field,
    String became,
    String meaning,
    String remedy,
    List<Integer> rules,
    boolean mayAdmitMore) {
  private static final int SHOWN_RULES = 12;

  /** Copies the list. */
  public Change {
    rules = List.copyOf(rules);
  }

  /** How well a part could be taken over. */
  public enum Kind {
    /** It means the same. */
    CONVERTED,
    /** It is there, and means something else. */
    CHANGED,
    /** It is not a matter of the configuration file here, but of the chart or the environment. */
    ELSEWHERE,
    /** There is nothing of ours for it; what depends on it is denied. */
    NOT_CONVERTED
  }

  /** Problem and rules in one clause. */
  String problem() {
    String loud = mayAdmitMore ? "MAY ADMIT MORE than Connaisseur did: " : "";
    String what = kind == Kind.NOT_CONVERTED ? "not converted: " : "changes its meaning: ";
    return what + loud + meaning + touched();
  }

  private String touched() {
    if (rules.isEmpty()) {
      return "";
    }
    List<String> names =
        rules.stream().limit(SHOWN_RULES).map(index -> "policy[" + index + "]").toList();
    String more =
        rules.size() > SHOWN_RULES ? " and " + (rules.size() - SHOWN_RULES) + " more" : "";
    return " (" + String.join(", ", names) + more + ")";
  }

  /** The change as a finding about the Connaisseur file. */
  Finding finding(String source) {
    return new Finding(
        Severity.WARNING,
        source,
        line,
        column,
        field,
        "",
        problem(),
        remedy.isEmpty() ? "nothing to do" : remedy);
  }
}
