package dev.assayer.config;

import dev.assayer.config.MappingReader.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names of Notary v1 delegation roles, with or without {@code targets/}. */
final class DelegationNames {
  private static final String PREFIX = "targets/";
  private static final int MAX_ROLE = 254;

  private DelegationNames() {}

  /** The names without prefix; those that are no role name, or stand twice, are reported. */
  static List<Text> read(List<Text> written, Reading reading) {
    List<Text> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Text item : written) {
      String text = item.text();
      String name = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
      if (!valid(name)) {
        reading.error(
            item.field(),
            Shown.quoted(text) + " is not the name of a delegation",
            "use lower-case letters, digits, - and _, in components separated by /");
      } else if (!seen.add(name)) {
        reading.error(
            item.field(),
            "delegation " + Shown.quoted(name) + " stands twice",
            "remove one: a role counts once");
      } else {
        names.add(new Text(item.field(), name));
      }
    }
    return names;
  }

  /** The grammar of Notary's role names, linear in the length. */
  static boolean valid(String name) {
    if (name.isEmpty() || PREFIX.length() + name.length() > MAX_ROLE || name.endsWith("/")) {
      return false;
    }
    char before = '/';
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean component = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
      if (!component && (c != '/' || before == '/')) {
        return false;
      }
      before = c;
    }
    return true;
  }
}
