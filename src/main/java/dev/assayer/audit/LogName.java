package dev.assayer.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which name a log goes on under. An empty folder whose log was published before is a log that is
 * lost: what follows must never look like it, so it gets a name of its own, with a number behind.
 *
 * @param origin of the log to open
 * @param lost the name under which a log was published of which nothing is here any more
 */
public record LogName(String origin, Optional<String> lost) {

  /**
   * The name for the log in this folder.
   *
   * @param base {@link Checkpoint#origin}
   * @param published checkpoints that were found elsewhere, as texts, of whatever logs
   */
  public static LogName of(Path directory, String base, List<String> published) {
    Optional<String> here = Optional.empty();
    try {
      here =
          new LogReader(directory)
              .checkpoint()
              .flatMap(SignedNote::read)
              .flatMap(note -> Checkpoint.of(note.text()))
              .map(Checkpoint::origin)
              .filter(name -> number(name, base).isPresent());
    } catch (IOException unreadable) {
      // Opening it says why.
    }
    if (here.isPresent()) {
      return new LogName(here.get(), Optional.empty());
    }
    OptionalLong last =
        published.stream()
            .flatMap(text -> note(text).stream())
            .map(Checkpoint::origin)
            .flatMapToLong(name -> number(name, base).stream())
            .max();
    return last.isEmpty()
        ? new LogName(base, Optional.empty())
        : new LogName(
            base + "/" + (last.getAsLong() + 1), Optional.of(numbered(base, last.getAsLong())));
  }

  /** The log that went before the one of this name, and of which its folder had nothing. */
  public static Optional<String> before(String origin) {
    int slash = origin.lastIndexOf('/');
    boolean isNumbered = origin.chars().filter(c -> c == '/').count() == 3;
    OptionalLong number =
        isNumbered ? number(origin, origin.substring(0, slash)) : OptionalLong.empty();
    return number.isPresent()
        ? Optional.of(numbered(origin.substring(0, slash), number.getAsLong() - 1))
        : Optional.empty();
  }

  private static Optional<Checkpoint> note(String text) {
    return SignedNote.read(text.getBytes(StandardCharsets.UTF_8))
        .flatMap(note -> Checkpoint.of(note.text()));
  }

  private static String numbered(String base, long number) {
    return number == 1 ? base : base + "/" + number;
  }

  /** 1 for the base itself, and then what stands behind it. */
  private static OptionalLong number(String name, String base) {
    if (name.equals(base)) {
      return OptionalLong.of(1);
    }
    String rest = name.startsWith(base + "/") ? name.substring(base.length() + 1) : "";
    return rest.matches("[2-9]|[1-9][0-9]{1,8}")
        ? OptionalLong.of(Long.parseLong(rest))
        : OptionalLong.empty();
  }
}
