package dev.assayer.trial;

import dev.assayer.config.PolicySuite;
import dev.assayer.config.RuleConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of a policy test.
 *
 * @param suite the file and its configuration
 * @param cases in file order
 */
public record SuiteResult(PolicySuite suite, List<CaseResult> cases) {

  /** Copies the list. */
  public SuiteResult {
    cases = List.copyOf(cases);
  }

  /** How many cases did not pass. */
  public long failures() {
    return cases.stream().filter(result -> !result.passed()).count();
  }

  /**
   * A rule that decided no case.
   *
   * @param configFile the configuration it stands in, as named
   */
  public record Gap(String configFile, RuleConfig rule) {}

  /** The rules that decided no case of any of these files, by configuration and in policy order. */
  public static List<Gap> gaps(List<SuiteResult> results) {
    Map<Path, SuiteResult> configurations = new LinkedHashMap<>();
    Map<Path, Set<Integer>> exercised = new HashMap<>();
    for (SuiteResult result : results) {
      Path file = result.suite().configFile().toAbsolutePath().normalize();
      configurations.putIfAbsent(file, result);
      Set<Integer> rules = exercised.computeIfAbsent(file, _ -> new HashSet<>());
      result.cases().forEach(tested -> tested.rule().ifPresent(rules::add));
    }
    List<Gap> gaps = new ArrayList<>();
    configurations.forEach((file, result) -> {
      for (RuleConfig rule : result.suite().config().policy()) {
        if (!exercised.getOrDefault(file, Set.of()).contains(rule.index())) {
          gaps.add(new Gap(result.suite().configFile().toString(), rule));
        }
      }
    });
    return gaps;
  }
}
