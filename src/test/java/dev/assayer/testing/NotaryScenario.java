package dev.assayer.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * One history of a repository on a real Notary, and what must be found in it. Immutable data; the
 * list is in {@link NotaryScenarios}.
 *
 * @param name of letters and dashes; the recording's directory
 * @param about one sentence
 * @param gun the repository, {@code host/path}
 * @param setup what people do, calling {@link Stage#reached} where files are to be verified
 * @param expectations each with a verifier that remembers nothing
 * @param courses each with one verifier that remembers; in order
 */
public record NotaryScenario(
    String name,
    String about,
    String gun,
    Setup setup,
    List<Expectation> expectations,
    List<Course> courses) {
  /** The step of scenarios with one step. */
  public static final String ONLY = "only";

  /** Copies the lists. */
  public NotaryScenario {
    expectations = List.copyOf(expectations);
    courses = List.copyOf(courses);
  }

  /**
   * Expectations met one after the other by one verifier, which remembers what it has seen.
   *
   * @param about one sentence
   */
  public record Course(String about, List<Expectation> expectations) {
    /** Copies the list. */
    public Course {
      expectations = List.copyOf(expectations);
    }
  }

  /** What people do to a repository. */
  @FunctionalInterface
  public interface Setup {
    /** Runs the scenario once. */
    void run(Stage stage);
  }

  /** What a setup works with. */
  public interface Stage {
    /** The repository. */
    String gun();

    /** The owner's client, always the same. */
    NotaryClient owner();

    /** The client of somebody else. */
    NotaryClient another();

    /** Says that the state of this step is published; the files served now are its files. */
    void reached(String step);
  }

  /** Starts a scenario without expectations. */
  static NotaryScenario of(String name, String about, String gun, Setup setup) {
    return new NotaryScenario(name, about, gun, setup, List.of(), List.of());
  }

  /** The same with more expectations. */
  NotaryScenario expecting(Expectation... more) {
    List<Expectation> all = new ArrayList<>(expectations);
    all.addAll(List.of(more));
    return new NotaryScenario(name, about, gun, setup, all, courses);
  }

  /** The same with one more course. */
  NotaryScenario course(String about, Expectation... inOrder) {
    List<Course> all = new ArrayList<>(courses);
    all.add(new Course(about, List.of(inOrder)));
    return new NotaryScenario(name, this.about, gun, setup, expectations, all);
  }

  @Override
  public String toString() {
    return name;
  }
}
