package dev.assayer.state;

import dev.assayer.crypto.Sha;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names in the store: visible ASCII, as readable as can be, never the same for two keys. */
final class StoreName {
  private StoreName() {}

  /** {@code kind/key}, the key escaped; hashed where that is too long. */
  static String of(String kind, String key) {
    String name = kind + '/' + escaped(key);
    return name.length() <= SharedStore.MAX_NAME
        ? name
        : kind + "/%" + Sha.sha256Hex(key.getBytes(StandardCharsets.UTF_8));
  }

  /** What is not visible ASCII, and {@code %} and {@code :}, as in a URL. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      if (one > ' ' && one < 0x7f && one != '%' && one != ':') {
        escaped.append((char) one);
      } else {
        escaped.append('%').append(HexFormat.of().toHexDigits(one));
      }
    }
    return escaped.toString();
  }
}
