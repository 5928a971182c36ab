package dev.assayer.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What some files hold, read again when their content changes. A content that cannot be used never
 * replaces one that could. One thread polls; any thread may ask.
 *
 * @param <T> what the files mean
 */
final class Watched<T> {
  /**
   * Why a content cannot be used.
   *
   * @param result {@code invalid} or {@code mismatch}
   * @param why a sentence with file and remedy
   */
  record Problem(String result, String why) {}

  /** What a reader makes of the files' texts. */
  sealed interface Attempt<T> {
    record Good<T>(T value) implements Attempt<T> {}

    record Bad<T>(Problem problem) implements Attempt<T> {}
  }

  /** What a poll found. */
  sealed interface Change<T> {
    record None<T>() implements Change<T> {}

    record Taken<T>(T value) implements Change<T> {}

    record Refused<T>(Problem problem) implements Change<T> {}

    /** A refused content is gone, and what is in use is there again. */
    record Restored<T>() implements Change<T> {}
  }

  private final List<TlsFile> files;
  private final Function<List<String>, Attempt<T>> reader;
  private final Predicate<T> validNow;
  private final Function<T, Problem> notValid;

  private byte[] usedContent = {};
  private byte[] refusedContent = {};
  private volatile T value;
  private volatile Optional<Problem> problem = Optional.empty();

  private record Reading<T>(byte[] content, Attempt<T> attempt) {}

  /**
   * Reads the files for the first time.
   *
   * @param reader gets the texts in the order of the files
   * @param validNow what is not valid now never replaces what is; where nothing valid is in use,
   *     the newest is taken, since it cannot be worse
   * @param notValid says that it is not, always in the same words
   * @throws TlsSetupException if they cannot be used
   */
  Watched(
      List<TlsFile> files,
      Function<List<String>, Attempt<T>> reader,
      Predicate<T> validNow,
      Function<T, Problem> notValid)
      throws TlsSetupException {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.validNow = validNow;
    this.notValid = notValid;
    Reading<T> first = read();
    switch (first.attempt()) {
      case Attempt.Bad<T>(Problem bad) -> throw new TlsSetupException(bad.why());
      case Attempt.Good<T>(T good) -> {
        value = good;
        usedContent = first.content();
      }
    }
  }

  /** The last good reading. */
  T value() {
    return value;
  }

  /** Why the files as they are now are not in use; empty if they are. */
  Optional<Problem> problem() {
    return problem;
  }

  /**
   * Looks at the files. A bad content is reported when it is found the second time: the files of a
   * pair are not read in one instant, and a writer may be in the middle.
   */
  Change<T> poll() {
    Reading<T> reading = read();
    if (Arrays.equals(reading.content(), usedContent)) {
      boolean had = problem.isPresent();
      problem = Optional.empty();
      refusedContent = new byte[0];
      return had ? new Change.Restored<>() : new Change.None<>();
    }
    return switch (reading.attempt()) {
      case Attempt.Good<T>(T good) when !validNow.test(good) && validNow.test(value) ->
          refused(reading.content(), notValid.apply(good));
      case Attempt.Good<T>(T good) -> {
        value = good;
        usedContent = reading.content();
        refusedContent = new byte[0];
        problem = Optional.empty();
        yield new Change.Taken<>(good);
      }
      case Attempt.Bad<T>(Problem bad) -> refused(reading.content(), bad);
    };
  }

  private Change<T> refused(byte[] content, Problem bad) {
    boolean again = Arrays.equals(content, refusedContent);
    boolean told = problem.equals(Optional.of(bad));
    refusedContent = content;
    if (!again || told) {
      return new Change.None<>();
    }
    problem = Optional.of(bad);
    return new Change.Refused<>(bad);
  }

  private Reading<T> read() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> texts = new ArrayList<>();
      for (TlsFile file : files) {
        String text = file.read();
        texts.add(text);
        digest.update(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
      }
      byte[] content = digest.digest();
      return new Reading<>(content, reader.apply(texts));
    } catch (TlsFile.Unreadable unreadable) {
      String why = String.valueOf(unreadable.getMessage());
      return new Reading<>(bytes(why), new Attempt.Bad<>(new Problem("invalid", why)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("a JDK without SHA-256", impossible);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
