package dev.assayer.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NotaryRecording.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recordings are whole, and are what the scenarios say. */
class RecordingsTest {

  static List<NotaryScenario> scenarios() {
    return NotaryScenarios.all();
  }

  @Test
  void everyScenarioHasItsOwnNameAndRepository() {
    assertThat(scenarios()).extracting(NotaryScenario::name).doesNotHaveDuplicates();
    assertThat(scenarios()).extracting(NotaryScenario::gun).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aRecordingExpectsWhatItsScenarioExpects(NotaryScenario scenario) {
    NotaryRecording recording = NotaryRecording.load(scenario.name());
    assertThat(recording.gun()).isEqualTo(scenario.gun());
    assertThat(recording.expectations())
        .as("if not, run the recorder with 'expectations'")
        .isNotEmpty()
        .isEqualTo(scenario.expectations());
    assertThat(recording.courses()).isEqualTo(scenario.courses());
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyExpectationNamesAStepAndAPinThatWereRecorded(NotaryScenario scenario) {
    NotaryRecording recording = NotaryRecording.load(scenario.name());
    Stream.concat(
            recording.expectations().stream(),
            recording.courses().stream().flatMap(course -> course.expectations().stream()))
        .forEach(expectation -> {
          assertThat(recording.at(expectation))
              .isAfterOrEqualTo(recording.step(expectation.step()).recordedAt());
          assertThat(recording.pinPem(expectation)).startsWith("-----BEGIN PUBLIC KEY-----");
        });
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void theStoredNameOfAFileIsItsHash(NotaryScenario scenario) {
    NotaryRecording recording = NotaryRecording.load(scenario.name());
    for (Step step : recording.steps()) {
      step.served()
          .forEach((name, stored) -> {
            byte[] file = recording.file(step.name(), name).orElseThrow();
            assertThat(stored).endsWith('.' + TrustFiles.sha256(file) + ".json");
            assertThat(recording.file(step.name(), stored)).hasValue(file);
          });
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void timestampAndSnapshotListTheFilesThatAreServed(NotaryScenario scenario) {
    NotaryRecording recording = NotaryRecording.load(scenario.name());
    for (Step step : recording.steps()) {
      if (!step.served().isEmpty()) {
        assertListed(recording, step, "timestamp.json", List.of("snapshot"));
        assertListed(recording, step, "snapshot.json", List.of("root", "targets"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyRootFromTheFirstToTheCurrentIsThere(NotaryScenario scenario) {
    NotaryRecording recording = NotaryRecording.load(scenario.name());
    for (Step step : recording.steps()) {
      if (!step.served().isEmpty()) {
        long current = version(recording, step, "root.json");
        assertThat(LongStream.rangeClosed(1, current))
            .allSatisfy(v -> assertThat(version(recording, step, v + ".root.json")).isEqualTo(v));
        assertThat(step.served().get(current + ".root.json"))
            .isEqualTo(step.served().get("root.json"));
      }
    }
  }

  @Test
  void aFileOfALaterStepIsNotServedEarlier() {
    NotaryRecording recording = NotaryRecording.load("re-signed-tag");
    String first = recording.step("first").served().get("targets.json");
    String second = recording.step("second").served().get("targets.json");
    assertThat(recording.file("first", second)).isEmpty();
    assertThat(recording.file("second", first)).isPresent();
    assertThat(recording.file("first", "targets/releases.json")).isEmpty();
  }

  @Test
  void theOldRootKeySignsTheRootThatReplacesItAndNoLaterOne() {
    NotaryRecording recording = NotaryRecording.load("root-rotation");
    List<String> old = signers(recording, "before");
    assertThat(old).hasSize(1);
    assertThat(signers(recording, "after")).hasSize(2).containsAll(old);
    assertThat(signers(recording, "later")).hasSize(1).doesNotContainAnyElementsOf(old);
  }

  private static List<String> signers(NotaryRecording recording, String step) {
    return TrustFiles.signers(recording.file(step, "root.json").orElseThrow());
  }

  private static long version(NotaryRecording recording, Step step, String file) {
    return TrustFiles.version(recording.file(step.name(), file).orElseThrow());
  }

  private static void assertListed(
      NotaryRecording recording, Step step, String file, List<String> atLeast) {
    Map<String, String> listed =
        TrustFiles.listedSha256(recording.file(step.name(), file).orElseThrow());
    assertThat(listed.keySet()).containsAll(atLeast);
    listed.forEach((role, sha256) -> {
      String stored = role + '.' + sha256 + ".json";
      assertThat(step.served().get(role + ".json")).isEqualTo(stored);
      byte[] bytes = recording.file(step.name(), stored).orElseThrow();
      assertThat(TrustFiles.sha256(bytes)).isEqualTo(sha256);
      assertThat(Arrays.copyOf(bytes, 1)).containsExactly('{');
    });
  }
}
