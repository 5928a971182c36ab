package dev.assayer.validation.notary;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.remote.HttpsUpstream;
import dev.assayer.remote.UpstreamSettings;
import dev.assayer.testing.Expectation;
import dev.assayer.testing.NeedsRealNotary;
import dev.assayer.testing.NotaryScenario;
import dev.assayer.testing.NotaryScenarios;
import dev.assayer.testing.RealNotary;
import dev.assayer.testing.ScenarioRun;
import dev.assayer.testing.ServedTrustData;
import dev.assayer.testing.SignerKeys;
import dev.assayer.testing.TrustFiles;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scenarios live: people sign with the real client, the real server serves over TLS, and our
 * validator fetches with its real client. At each step every expectation is met by a verifier that
 * remembers nothing, and then by one that remembers all steps before.
 */
@NeedsRealNotary
class RealNotaryScenariosTest {
  private static final String STRANGER = SignerKeys.strangerPem();

  @TempDir private static Path directory;
  private static RealNotary notary;

  @BeforeAll
  static void start() {
    notary = RealNotary.start(directory);
  }

  @AfterAll
  static void stop() {
    notary.close();
  }

  @TestFactory
  Stream<DynamicTest> everyScenarioIsJudgedAsItSays() {
    return NotaryScenarios.all().stream()
        .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> live(scenario)));
  }

  private static void live(NotaryScenario scenario) {
    Map<String, String> pins = new HashMap<>(Map.of(Expectation.STRANGER, STRANGER));
    try (HttpsUpstream upstream = upstream()) {
      ScenarioVerifier remembering = new ScenarioVerifier(upstream);
      ScenarioRun.run(
          notary,
          scenario,
          (step, served) -> {
            pin(pins, step, served);
            for (Expectation expectation : askable(scenario, step, pins)) {
              new ScenarioVerifier(upstream)
                  .meet(expectation, pins.get(expectation.pin()), at(expectation));
            }
            for (Expectation expectation : forward(scenario, step)) {
              remembering.meet(expectation, pins.get(expectation.pin()), at(expectation));
            }
          });
    }
  }

  private static void pin(Map<String, String> pins, String step, ServedTrustData served) {
    served
        .file("root.json")
        .map(TrustFiles::rootPublicKeyPem)
        .ifPresent(pem -> pins.put(step, pem));
  }

  /** What can be asked now: about this repository, with a pin that exists already. */
  private static List<Expectation> askable(
      NotaryScenario scenario, String step, Map<String, String> pins) {
    return scenario.expectations().stream()
        .filter(expectation -> expectation.step().equals(step))
        .filter(expectation -> expectation.concerns(scenario.gun()))
        .filter(expectation -> pins.containsKey(expectation.pin()))
        .toList();
  }

  /** The first course, if a live server can go its way: a server never goes back. */
  private static List<Expectation> forward(NotaryScenario scenario, String step) {
    return scenario.courses().stream()
        .limit(1)
        .flatMap(course -> course.expectations().stream())
        .filter(expectation -> expectation.step().equals(step))
        .toList();
  }

  private static Instant at(Expectation expectation) {
    return Instant.now().plus(expectation.after());
  }

  private static HttpsUpstream upstream() {
    List<X509Certificate> ca =
        ((PemList.Loaded<X509Certificate>) Pem.certificates(notary.caPem())).items();
    return HttpsUpstream.open(
        UpstreamSettings.of(notary.host()).withTls(TlsTrust.only(ca).clientContext()));
  }
}
