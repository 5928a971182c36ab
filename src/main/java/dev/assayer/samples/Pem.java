package dev.assayer.samples;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes PEM: 64 characters a line, ending in a line feed. */
public final class Pem {
  private Pem() {}

  public static String of(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
        .formatted(label, lines.encodeToString(der));
  }
}
