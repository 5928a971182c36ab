package dev.assayer.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Digests that bind what is remembered and recorded to a configuration. */
final class Digests {

  private Digests() {}

  /**
   * The policy digest. A file that refers to no trust material: its plain sha256. Otherwise sha256
   * over {@code config LENGTH LF BYTES LF} and, sorted by name as written, {@code NAME LENGTH LF
   * BYTES LF} of each file referred to; lengths are decimal, in bytes. No valid configuration
   * starts like such a frame, so the two forms cannot be confused.
   */
  static String policy(byte[] config, SortedMap<String, byte[]> files) {
    if (files.isEmpty()) {
      return sha256(config);
    }
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    frame(framed, "config", config);
    files.forEach((name, bytes) -> frame(framed, name, bytes));
    return sha256(framed.toByteArray());
  }

  /** Who is trusted under which name; the order in the file does not count. */
  static String trustRoots(List<ValidatorConfig> validators) {
    SortedSet<String> lines = new TreeSet<>();
    for (ValidatorConfig validator : validators) {
      for (TrustRoot root : validator.trustRoots()) {
        // Names hold no spaces, so a line cannot be read as another.
        lines.add(validator.name() + " " + root.name() + " " + fingerprint(root.material()));
      }
    }
    return sha256(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  static String fingerprint(RootMaterial material) {
    return switch (material) {
      case RootMaterial.Key(var key) -> "key " + key.fingerprint();
      case RootMaterial.Certificate(var certificate, _, var identities) ->
          "certificate " + certificate.fingerprint() + texts(identities);
      case RootMaterial.Keyless(String issuer, String subject) ->
          "keyless" + texts(List.of(issuer, subject));
    };
  }

  private static String texts(List<String> texts) {
    StringBuilder framed = new StringBuilder();
    texts.forEach(text -> framed.append(' ').append(text.length()).append(':').append(text));
    return framed.toString();
  }

  private static void frame(ByteArrayOutputStream out, String name, byte[] bytes) {
    out.writeBytes((name + " " + bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
    out.writeBytes(bytes);
    out.write('\n');
  }

  /** {@code sha256:<hex>} of these bytes. */
  static String sha256(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
