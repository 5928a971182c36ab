package dev.assayer.validation.notary;

import dev.assayer.testing.Expectation;
import dev.assayer.testing.NotaryRecording;
import dev.assayer.testing.NotaryScenario;
import dev.assayer.testing.NotaryScenario.Course;
import dev.assayer.testing.NotaryScenarios;
import dev.assayer.testing.RecordedUpstream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the real Notary once served is judged as its scenarios say; needs no Notary. */
class RecordedNotaryTest {

  @TestFactory
  Stream<DynamicTest> everyExpectationIsMetByAVerifierThatRemembersNothing() {
    return recordings()
        .flatMap(recording ->
            recording.expectations().stream()
                .map(expectation ->
                    DynamicTest.dynamicTest(
                        recording.name() + ": " + expectation,
                        () -> meet(recording, expectation))));
  }

  @TestFactory
  Stream<DynamicTest> everyCourseIsMetByAVerifierThatRemembers() {
    return recordings()
        .flatMap(recording ->
            recording.courses().stream()
                .map(course ->
                    DynamicTest.dynamicTest(
                        recording.name() + ": " + course.about(),
                        () -> follow(recording, course))));
  }

  private static Stream<NotaryRecording> recordings() {
    return NotaryScenarios.all().stream().map(NotaryScenario::name).map(NotaryRecording::load);
  }

  private static void meet(NotaryRecording recording, Expectation expectation) {
    RecordedUpstream upstream = new RecordedUpstream(recording);
    upstream.show(expectation.step());
    new ScenarioVerifier(upstream)
        .meet(expectation, recording.pinPem(expectation), recording.at(expectation));
  }

  private static void follow(NotaryRecording recording, Course course) {
    RecordedUpstream upstream = new RecordedUpstream(recording);
    ScenarioVerifier verifier = new ScenarioVerifier(upstream);
    for (Expectation expectation : course.expectations()) {
      upstream.show(expectation.step());
      verifier.meet(expectation, recording.pinPem(expectation), recording.at(expectation));
    }
  }
}
