package dev.assayer.config;

import java.util.Map;
import java.util.Optional;

/** Reads the {@code name} of a validator or trust root. */
final class EntryName {
  private static final int MAX = 128;

  private EntryName() {}

  /**
   * The name, reported where it is missing, odd or taken.
   *
   * @param lines lines of the names read so far; gets this one
   */
  static String read(MappingReader section, String what, Map<String, Integer> lines) {
    Reading reading = section.reading();
    Optional<Field> field = section.required("name", "name: NAME");
    Optional<String> name = field.flatMap(value -> Scalars.text(value, reading));
    if (field.isEmpty() || name.isEmpty()) {
      return "";
    }
    String text = name.get();
    if (text.length() > MAX || !text.chars().allMatch(EntryName::allowed)) {
      reading.error(
          field.get(),
          Shown.quoted(text) + " cannot be the name of a " + what,
          "use at most " + MAX + " letters, digits and the signs . _ - / @");
    }
    Integer first = lines.putIfAbsent(text, field.get().line());
    if (first != null) {
      reading.error(
          field.get(),
          what + " " + Shown.quoted(text) + " stands twice, first in line " + first,
          "give each its own name");
    }
    return text;
  }

  private static boolean allowed(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '_'
        || c == '-'
        || c == '/'
        || c == '@';
  }
}
