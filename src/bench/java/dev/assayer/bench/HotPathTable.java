package dev.assayer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link HotPaths} under JMH, each in a JVM of its own. */
final class HotPathTable {
  private HotPathTable() {}

  /** One line for each path: name, mean and error, in microseconds; few and short if quick. */
  static List<String> measure(boolean quick) throws RunnerException {
    List<String> lines = new ArrayList<>();
    for (RunResult run :
        new Runner(
                new OptionsBuilder()
                    .include(HotPaths.class.getName())
                    .forks(1)
                    .warmupIterations(quick ? 1 : 3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(quick ? 2 : 5)
                    .measurementTime(TimeValue.seconds(1))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run()) {
      Result<?> result = run.getPrimaryResult();
      lines.add(
          String.format(
              Locale.ROOT,
              "%-8s %9.2f ± %.2f µs",
              result.getLabel(),
              result.getScore(),
              result.getScoreError()));
    }
    return lines;
  }
}
