package dev.assayer.watch;

import dev.assayer.testing.NeedsAlerting;
import dev.assayer.testing.NeedsControlPlane;
import dev.assayer.testing.NeedsValkey;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every alert that looks at less than a quarter of an hour, on a real Prometheus that scrapes real
 * servers, with faults that are really caused. Run by name, {@code -Dtest=FaultsLive}: it takes
 * some ten minutes and wants a machine that nothing else keeps busy. What of it is quick is in
 * {@link FaultsLiveTest}.
 */
@NeedsAlerting
@NeedsValkey
@NeedsControlPlane
class FaultsLive {
  /** Only for looking closer: the names of some lanes, with commas between. */
  private static final String ONLY = System.getProperty("assayer.faults.lane", "");

  @TestFactory
  Stream<DynamicTest> eachFaultFiresItsAlertsAndNoOthersAndTheyClear(@TempDir Path directory)
      throws InterruptedException {
    return new FaultRun(directory).of(ONLY.isEmpty() ? List.of() : List.of(ONLY.split(",", -1)));
  }
}
