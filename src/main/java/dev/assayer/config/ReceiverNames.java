package dev.assayer.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives each receiver a name of its own: the written one, or one made of what it is. */
final class ReceiverNames {
  private static final int LONGEST = 63;

  private final Map<String, Integer> given = new HashMap<>();
  private final Set<String> made = new HashSet<>();

  /** Takes note of a written name, so that no made one meets it. To be called for all first. */
  void given(MappingReader section) {
    Reading reading = section.reading();
    Optional<Field> field = section.value("name");
    Optional<String> name = field.flatMap(value -> Scalars.text(value, reading));
    if (field.isEmpty() || name.isEmpty()) {
      return;
    }
    if (!fits(name.get())) {
      reading.error(
          field.get(),
          Shown.quoted(name.get()) + " is not the name of a receiver",
          "use up to 63 lower-case letters, digits and hyphens");
      return;
    }
    Integer before = given.putIfAbsent(name.get(), field.get().line());
    if (before != null) {
      reading.error(
          field.get(),
          "receiver " + Shown.quoted(name.get()) + " is already defined in line " + before,
          "choose another name");
    }
  }

  /** The name of this receiver. */
  String of(MappingReader section, String wanted) {
    Optional<String> written =
        section
            .value("name")
            .filter(field -> field.node() instanceof YamlNode.Scalar)
            .map(field -> ((YamlNode.Scalar) field.node()).text());
    return written.orElseGet(() -> made(plain(wanted)));
  }

  private String made(String wanted) {
    String name = wanted;
    for (int i = 2; given.containsKey(name) || !made.add(name); i++) {
      name = wanted + "-" + i;
    }
    return name;
  }

  private static String plain(String wanted) {
    StringBuilder plain = new StringBuilder();
    for (char c : wanted.toLowerCase(Locale.ROOT).toCharArray()) {
      plain.append(isPlain(c) ? c : '-');
    }
    return plain.toString();
  }

  private static boolean fits(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST
        && name.chars().allMatch(ReceiverNames::isPlain);
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }
}
