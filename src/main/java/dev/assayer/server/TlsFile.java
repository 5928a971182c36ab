package dev.assayer.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * One configured file.
 *
 * @param key its configuration key below {@code webhook.tls}
 */
record TlsFile(String key, Path path) {
  private static final int MAX_BYTES = 1 << 20;

  /** There is no content; the message says why. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /** The content as text; bytes that are no UTF-8 become replacement characters. */
  String read() throws Unreadable {
    try {
      // A pipe or a device would block or never end.
      if (!Files.isRegularFile(path) && Files.exists(path)) {
        throw new Unreadable(name() + " is not a regular file; give a PEM file");
      }
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          throw new Unreadable(name() + " has more than 1 MiB; give a PEM file");
        }
        return new String(bytes, StandardCharsets.UTF_8);
      }
    } catch (NoSuchFileException absent) {
      throw new Unreadable(name() + " does not exist; mount the Secret there or change the key");
    } catch (AccessDeniedException denied) {
      throw new Unreadable(name() + " may not be read by this process; change its mode or owner");
    } catch (IOException broken) {
      throw new Unreadable(name() + " cannot be read: " + broken.getMessage());
    }
  }

  /** For messages: configuration key and path. */
  String name() {
    return "webhook.tls." + key + " (" + path + ")";
  }
}
