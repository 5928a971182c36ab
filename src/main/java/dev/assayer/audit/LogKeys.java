package dev.assayer.audit;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.crypto.KeyType;
import dev.assayer.crypto.Pem;
import dev.assayer.crypto.TrustMaterial;
import dev.assayer.crypto.VerificationKey;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;

/** The keys of logs in files. */
public final class LogKeys {
  /** The public key beside the log, on one line. */
  static final String PUBLIC = "key.pub";

  private static final String PRIVATE = "key.pem";
  private static final long MAX_BYTES = 64 << 10;
  private static final System.Logger LOGGER = System.getLogger(LogKeys.class.getName());

  private LogKeys() {}

  /** The key that signs: the configured one, or one kept with the log. */
  static Ed25519Signer signer(LogSettings settings, Storage storage)
      throws IOException, LogUnusable {
    Path own = settings.directory().resolve(PRIVATE);
    Path file = settings.keyFile().orElse(own);
    if (settings.keyFile().isEmpty()) {
      LOGGER.log(
          Level.WARNING,
          "audit.keyFile is not set: checkpoints are signed by a key kept beside the log, {0};"
              + " whoever can write there can forge the log. Give a key that only this process"
              + " can read",
          own);
      if (!Files.exists(own)) {
        Path unfinished = settings.directory().resolve(PRIVATE + DiskStorage.UNFINISHED);
        storage.delete(unfinished);
        var _ =
            Files.createFile(
                unfinished,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        storage.put(own, Ed25519Signer.newKeyPem().getBytes(StandardCharsets.US_ASCII));
        storage.sync(settings.directory());
      }
    }
    return switch (Ed25519Signer.fromPem(text(file))) {
      case Ed25519Signer.Result.Loaded(Ed25519Signer signer) -> signer;
      case Ed25519Signer.Result.Refused(String why) ->
          throw new LogUnusable("audit.keyFile " + file + " " + why);
    };
  }

  /** Leaves the public key beside the log, for tools that take it in that form. */
  static void show(Path log, LogKey key, Storage storage) throws IOException {
    Path file = log.resolve(PUBLIC);
    byte[] line = (key.text() + "\n").getBytes(StandardCharsets.UTF_8);
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), line)) {
      storage.put(file, line);
    }
  }

  /** A key to verify with. */
  public sealed interface Found {
    /** For a log of any name. */
    record Key(VerificationKey key) implements Found {}

    /** For the log of that name. */
    record Named(LogKey key) implements Found {}

    /** None; {@code why} is one clause. */
    record Nothing(String why) implements Found {}
  }

  /** The key that a log shows beside itself: whose it is, only somebody else can say. */
  static Found beside(Path log) {
    return read(log.resolve(PUBLIC));
  }

  /**
   * Reads a public key: PEM, or one line {@code name+id+key}. A private key in PEM is taken for its
   * public half.
   */
  public static Found read(Path file) {
    String text;
    try {
      text = text(file);
    } catch (IOException unreadable) {
      return new Found.Nothing("cannot be read: " + Words.of(unreadable));
    }
    Optional<LogKey> line = LogKey.of(text);
    if (line.isPresent()) {
      return new Found.Named(line.get());
    }
    if (Ed25519Signer.fromPem(text) instanceof Ed25519Signer.Result.Loaded(var signer)) {
      return new Found.Key(signer.publicKey());
    }
    return switch (Pem.publicKeyOrCertificate(text)) {
      case TrustMaterial.BareKey(VerificationKey key) when key.type() == KeyType.ED25519 ->
          new Found.Key(key);
      case TrustMaterial.Refused(_, String why) -> new Found.Nothing(why);
      default -> new Found.Nothing("holds no Ed25519 key");
    };
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("over 64 KiB");
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
