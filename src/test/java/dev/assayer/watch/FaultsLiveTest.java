package dev.assayer.watch;

import dev.assayer.testing.NeedsAlerting;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The faults of {@link FaultsLive} that come and go within two minutes and leave the processors to
 * other tests, among them one of each severity that an Alertmanager tells somebody of.
 */
@NeedsAlerting
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FaultsLiveTest {
  @TestFactory
  Stream<DynamicTest> quickFaultsFireTheirAlertsAndNoOthersAndTheyClear(@TempDir Path directory)
      throws InterruptedException {
    return new FaultRun(directory).of(List.of("files", "receivers", "telemetry", "callers"));
  }
}
