package dev.assayer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsPromtool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every query of every dashboard on a real Prometheus that watched real replicas for a day. */
@NeedsControlPlane
@NeedsPromtool
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DashboardsOnDataTest {
  /** By legend: what gives data that the day cannot make other than zero, and why. */
  private static final Map<String, String> ZERO =
      Map.of(
          "lost", "no request of the day is lost",
          "code as built", "the code of a test lies in no jar, so it never is as it was built");

  private DayOnRecord day;

  @BeforeAll
  void live(@TempDir Path dir) throws IOException {
    day = DayOnRecord.live(dir);
  }

  /** With {@code -Dassayer.docs.write=true} the pictures of the documentation are drawn anew. */
  @AfterAll
  void stop() throws IOException {
    if (day != null) {
      if (Boolean.getBoolean("assayer.docs.write")) {
        DashboardPictures.draw(day, files());
      }
      day.close();
    }
  }

  static List<Path> files() {
    return Dashboards.read().all().stream()
        .map(one -> Path.of("dashboards", one.uid() + ".json"))
        .toList();
  }

  /** Panels that show only zeros while all is well; AuditLogTest, PageListenerTest move them. */
  private static final Set<String> QUIET =
      Set.of(
          "Queue of the log",
          "Logs that were changed or are gone",
          "Removed by retention",
          "Refused by the operator page");

  /** With "All" everywhere, and with each value picked. */
  @ParameterizedTest
  @MethodSource("files")
  void everyQueryFindsWhatHappened(Path path) {
    GrafanaFile file = GrafanaFile.read(path);
    List<String> empty = new ArrayList<>();
    for (GrafanaFile.Target target : file.targets()) {
      for (Map<String, String> picked : List.of(Map.<String, String>of(), day.picked(file))) {
        List<DayOnRecord.Series> found = day.series(file, target.expression(), picked);
        if (found.isEmpty() || isZero(found) && !mayBeZero(target)) {
          empty.add(
              "%s (%s)%s: %s%n"
                  .formatted(
                      target.panel(),
                      found.isEmpty() ? "nothing" : "only zeros",
                      picked.isEmpty() ? "" : " picked",
                      target.expression()));
        }
      }
    }
    assertThat(empty).isEmpty();
  }

  private static boolean mayBeZero(GrafanaFile.Target target) {
    return ZERO.containsKey(target.legend()) || QUIET.contains(target.panel());
  }

  private static boolean isZero(List<DayOnRecord.Series> found) {
    return found.stream().noneMatch(DayOnRecord.Series::isNotZero);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyVariableHasValues(Path path) {
    GrafanaFile file = GrafanaFile.read(path);
    assertThat(day.picked(file))
        .isNotEmpty()
        .allSatisfy((_, values) -> assertThat(values).hasSizeGreaterThan(2));
  }

  @Test
  void exemplarsLeadToTraces() {
    GrafanaFile file = GrafanaFile.read(Path.of("dashboards/assayer-overview.json"));
    Map<String, List<String>> traces = new TreeMap<>();
    for (GrafanaFile.Target target : file.targets()) {
      if (target.exemplars()) {
        traces
            .computeIfAbsent(target.panel(), _ -> new ArrayList<>())
            .addAll(day.traces(file, target.expression()));
      }
    }
    assertThat(traces).containsOnlyKeys("Decisions by verdict", "Time to decide");
    assertThat(traces.values())
        .allSatisfy(
            ids -> assertThat(ids).isNotEmpty().allMatch(trace -> trace.matches("[0-9a-f]{32}")));
  }
}
