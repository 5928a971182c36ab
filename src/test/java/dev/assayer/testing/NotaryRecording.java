package dev.assayer.testing;

import dev.assayer.testing.NotaryScenario.Course;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One scenario as the real Notary served it once. Immutable; the files are resources under {@code
 * golden/notary/}.
 *
 * @param name of the scenario and of its directory
 * @param gun the repository
 * @param strangerPem a public key that has signed nothing
 * @param steps in order
 * @param expectations each for a verifier that remembers nothing
 * @param courses each for one verifier that remembers
 */
public record NotaryRecording(
    String name,
    String about,
    String gun,
    String strangerPem,
    List<Step> steps,
    List<Expectation> expectations,
    List<Course> courses) {
  static final String RESOURCES = "/golden/notary/";

  /** Copies the lists. */
  public NotaryRecording {
    steps = List.copyOf(steps);
    expectations = List.copyOf(expectations);
    courses = List.copyOf(courses);
  }

  /**
   * What was served at one step.
   *
   * @param recordedAt the instant as of which the files are judged
   * @param rootKeyPem the first root key of root.json; empty if there was none
   * @param served file by plain or version-addressed name ({@code root.json}, {@code 1.root.json},
   *     {@code targets/releases.json}), each with its hash-addressed name, under which it is stored
   *     and was served too
   */
  public record Step(
      String name, Instant recordedAt, Optional<String> rootKeyPem, Map<String, String> served) {
    /** Copies the map. */
    public Step {
      served = Map.copyOf(served);
    }
  }

  /** The recording of this scenario. */
  public static NotaryRecording load(String name) {
    return RecordingIndex.read(TrustFiles.object(resource(name + "/index.json")));
  }

  /** One step by name. */
  public Step step(String wanted) {
    return steps.stream()
        .filter(step -> step.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + " has no step " + wanted));
  }

  /** The PEM public key that an expectation pins. */
  public String pinPem(Expectation expectation) {
    if (expectation.pin().equals(Expectation.STRANGER)) {
      return strangerPem;
    }
    return step(expectation.pin()).rootKeyPem().orElseThrow();
  }

  /** The instant as of which an expectation judges expiry. */
  public Instant at(Expectation expectation) {
    return step(expectation.step()).recordedAt().plus(expectation.after());
  }

  /**
   * A file at a step, by any name the server knew it under: plain, version-addressed root, or
   * hash-addressed, then also one that was current at an earlier step. Empty where it said 404.
   */
  public Optional<byte[]> file(String stepName, String fileName) {
    Optional<String> plain = Optional.ofNullable(step(stepName).served().get(fileName));
    return plain
        .or(() -> Optional.of(fileName).filter(known(stepName)::contains))
        .map(stored -> resource(name + "/" + stored));
  }

  /** The same recording with what is expected replaced, for changed expectations. */
  NotaryRecording expecting(NotaryScenario scenario) {
    return new NotaryRecording(
        name,
        scenario.about(),
        gun,
        strangerPem,
        steps,
        scenario.expectations(),
        scenario.courses());
  }

  private Set<String> known(String stepName) {
    Set<String> known = new HashSet<>();
    for (Step step : steps) {
      known.addAll(step.served().values());
      if (step.name().equals(stepName)) {
        break;
      }
    }
    return step(stepName).served().isEmpty() ? Set.of() : known;
  }

  private static byte[] resource(String path) {
    try (InputStream in = NotaryRecording.class.getResourceAsStream(RESOURCES + path)) {
      if (in == null) {
        throw new IllegalArgumentException("no recording " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
