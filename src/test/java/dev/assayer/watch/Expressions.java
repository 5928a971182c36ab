package dev.assayer.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds expressions of Prometheus to what can be scraped. */
final class Expressions {
  private static final Pattern SELECTOR =
      Pattern.compile(
          "(?<![\\w:])(?<name>[a-zA-Z_:][\\w:]*+)(?:\\{(?<labels>[^}]*)\\})?(?!\\s*\\()");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Pattern ALTERNATIVES = Pattern.compile("[A-Za-z0-9_]+(\\|[A-Za-z0-9_]+)*");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|on|without|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");

  private static final String VARIABLES =
      "cluster=~\"$cluster\",job=~\"$job\",instance=~\"$instance\"";

  /** What rules and others give has the label of the cluster only where clusters are joined. */
  private static final String CLUSTER = "cluster=~\"$cluster|\"";

  private Expressions() {}

  /** The series that an expression reads. */
  static List<String> series(String expression) {
    String bare = GROUPING.matcher(TEXT.matcher(expression).replaceAll("\"\"")).replaceAll("");
    return SELECTOR
        .matcher(bare)
        .results()
        .map(found -> found.group("name"))
        .filter(name -> name.contains("_") || name.contains(":") || name.equals("up"))
        .filter(name -> !name.endsWith("_over_time") && !name.startsWith("__"))
        .distinct()
        .toList();
  }

  /** Whether a series is scraped from a replica. */
  static boolean isOwn(String series) {
    return series.startsWith("assayer_")
        || series.startsWith("process_")
        || series.startsWith("jvm_");
  }

  /** The same with every series narrowed to the variables of a dashboard. */
  static String scoped(String expression) {
    StringBuilder scoped = new StringBuilder();
    Matcher grouping = GROUPING.matcher(expression);
    int end = 0;
    while (grouping.find()) {
      scoped.append(scopedPart(expression.substring(end, grouping.start())));
      scoped.append(grouping.group());
      end = grouping.end();
    }
    return scoped.append(scopedPart(expression.substring(end))).toString();
  }

  private static String scopedPart(String part) {
    return SELECTOR
        .matcher(part)
        .replaceAll(found -> {
          String name = found.group(1);
          if (found.group(2) == null && !isSeries(name)) {
            return Matcher.quoteReplacement(found.group());
          }
          String labels = found.group(2) == null ? "" : found.group(2);
          String variables = isOwn(name) ? VARIABLES : CLUSTER;
          return Matcher.quoteReplacement(
              name + "{" + (labels.isEmpty() ? variables : variables + "," + labels) + "}");
        });
  }

  private static boolean isSeries(String name) {
    return isOwn(name) || name.startsWith("assayer:") || name.startsWith("apiserver_");
  }

  /**
   * What is wrong with an expression: unknown series, labels or values.
   *
   * @param recorded names of recording rules
   */
  static List<String> problems(String expression, Declared declared, Set<String> recorded) {
    List<String> problems = new ArrayList<>();
    for (String series : series(expression)) {
      if (declared.metric(series).isEmpty() && !recorded.contains(series)) {
        problems.add("unknown series " + series);
      }
    }
    Matcher selector = SELECTOR.matcher(expression);
    while (selector.find()) {
      String labels = selector.group("labels");
      if (labels != null) {
        declared
            .metric(selector.group("name"))
            .ifPresent(metric -> check(selector.group(), labels, metric, problems));
      }
    }
    return problems;
  }

  private static void check(
      String where, String labels, Declared.Metric metric, List<String> problems) {
    Matcher matcher = MATCHER.matcher(labels);
    while (matcher.find()) {
      String label = matcher.group(1);
      if (!metric.has(label)) {
        problems.add(where + " has no label " + label);
      } else if (ALTERNATIVES.matcher(matcher.group(3)).matches()) {
        for (String value : matcher.group(3).split("\\|", -1)) {
          if (!metric.has(label, value)) {
            problems.add(where + ": " + label + " is never " + value);
          }
        }
      }
    }
  }
}
