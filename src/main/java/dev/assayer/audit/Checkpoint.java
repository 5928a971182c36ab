package dev.assayer.audit;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The head of a tree, as C2SP tlog-checkpoint writes it.
 *
 * @param origin name of the log
 * @param size number of its entries
 * @param root the root of the tree of that size
 */
public record Checkpoint(String origin, long size, Hash root) {
  private static final int LINES = 3;
  private static final int MAX_DIGITS = 18;

  /** The text that is signed. */
  String text() {
    return origin + "\n" + size + "\n" + root.base64() + "\n";
  }

  /** Reads the text of a note; empty if it is no checkpoint. Extension lines are passed over. */
  static Optional<Checkpoint> of(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < LINES || lines.stream().anyMatch(String::isEmpty)) {
      return Optional.empty();
    }
    String number = lines.get(1);
    if (number.length() > MAX_DIGITS || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    long size = Long.parseLong(number);
    if (!Long.toString(size).equals(number)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Checkpoint(lines.getFirst(), size, Hash.fromBase64(lines.get(2))));
    } catch (IllegalArgumentException noHash) {
      return Optional.empty();
    }
  }

  /**
   * The origin of a replica's log, and the name of its key: {@code assayer/CLUSTER/REPLICA}, where
   * all but letters, digits, dot, hyphen and underscore are percent-encoded.
   */
  public static String origin(String cluster, String replica) {
    return "assayer/" + encoded(cluster) + "/" + encoded(replica);
  }

  private static String encoded(String name) {
    StringBuilder out = new StringBuilder();
    for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          one >= 'a' && one <= 'z'
              || one >= 'A' && one <= 'Z'
              || one >= '0' && one <= '9'
              || one == '.'
              || one == '-'
              || one == '_';
      if (plain) {
        out.append((char) one);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
      }
    }
    return out.toString();
  }
}
