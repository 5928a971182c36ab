package dev.assayer.server;

import dev.assayer.cluster.PolicyReport;
import dev.assayer.cluster.PolicyReport.Result;
import dev.assayer.cluster.RunningPod;
import dev.assayer.server.RunningCheck.Found;
import dev.assayer.server.RunningFinding.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts what was found of running images into a report for each namespace. */
final class RunningReports {
  /** Lines of one report at most, the worst first; an object of the API has some 1.5 MB. */
  static final int MOST_LINES = 200;

  /** Foreign text is cut, so that the longest report stays below 1 MB. */
  private static final int MOST_TEXT = 600;

  private RunningReports() {}

  /** The report of each namespace that runs anything. */
  static List<PolicyReport> of(Found found) {
    Map<String, Map<Result, Integer>> counts = new TreeMap<>();
    Map<String, List<PolicyReport.Line>> lines = new TreeMap<>();
    found
        .findings()
        .forEach((image, finding) -> {
          Result result = result(finding);
          int pods = found.pods(image).count();
          counts
              .computeIfAbsent(image.namespace(), _ -> new EnumMap<>(Result.class))
              .merge(result, pods, Integer::sum);
          if (finding.state() != State.TRUSTED) {
            lines
                .computeIfAbsent(image.namespace(), _ -> new ArrayList<>())
                .add(line(result, image, finding));
          }
        });
    return counts.entrySet().stream()
        .map(each ->
            new PolicyReport(
                each.getKey(),
                each.getValue(),
                lines.getOrDefault(each.getKey(), List.of()).stream()
                    .sorted(ORDER)
                    .limit(MOST_LINES)
                    .toList()))
        .toList();
  }

  /** The worst first, and equal findings in an order that makes equal reports. */
  private static final Comparator<PolicyReport.Line> ORDER =
      Comparator.<PolicyReport.Line>comparingInt(line ->
              switch (line.result()) {
                case FAIL -> 0;
                case ERROR -> 1;
                case WARN -> 2;
                case SKIP, PASS -> 3;
              })
          .thenComparing(line -> line.subject().kind())
          .thenComparing(line -> line.subject().name())
          .thenComparing(PolicyReport.Line::container)
          .thenComparing(PolicyReport.Line::image)
          .thenComparing(PolicyReport.Line::running);

  private static Result result(RunningFinding finding) {
    return switch (finding.state()) {
      case TRUSTED -> finding.exempt() ? Result.SKIP : Result.PASS;
      case UNTRUSTED -> Result.FAIL;
      case UNVERIFIABLE -> Result.ERROR;
      case NEVER_SEEN -> Result.WARN;
    };
  }

  private static PolicyReport.Line line(Result result, RunningImage image, RunningFinding finding) {
    RunningPod.Image runs = image.image();
    return new PolicyReport.Line(
        result,
        finding.policy().isEmpty() ? "no matching rule" : finding.policy(),
        finding.reason(),
        cut(finding.message()),
        image.workload(),
        runs.container(),
        cut(runs.reference()),
        cut(runs.imageId()));
  }

  private static String cut(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "...";
  }
}
