package dev.assayer.cli;

import dev.assayer.audit.LogKeys;
import dev.assayer.config.AuditConfig;
import dev.assayer.config.Config;
import dev.assayer.config.HmacKey;
import dev.assayer.crypto.Pseudonyms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which log a command is about, and which keys it trusts. */
final class AuditArguments {
  private AuditArguments() {}

  /** The folder that is named, or that of the configuration. */
  static Path directory(Optional<Path> named, GlobalOptions options, Session session) {
    return named
        .or(() -> configured(options, session).flatMap(AuditConfig::directory))
        .orElseThrow(() ->
            Failure.usage(
                "no audit log: give --directory DIR, or a configuration with audit.directory"));
  }

  /**
   * The keys that are named; else the configured one; else the one beside the log, with a warning.
   */
  static List<LogKeys.Found> keys(
      List<Path> named, Path directory, GlobalOptions options, Session session) {
    if (!named.isEmpty()) {
      return read(named);
    }
    Optional<Path> configured =
        configured(options, session).flatMap(AuditConfig::keyFile).filter(Files::isReadable);
    if (configured.isPresent()) {
      return read(List.of(configured.get()));
    }
    Path beside = directory.resolve("key.pub");
    if (!Files.exists(beside)) {
      throw Failure.usage("no key: give --key FILE with the public key of the log");
    }
    session.warn(
        "no --key is given: the key beside the log is used, "
            + beside
            + ". Whoever can change the log can change it too: keep a copy elsewhere");
    return read(List.of(beside));
  }

  /** The keys that are named, or the configured one: where there is no log to look beside. */
  static List<LogKeys.Found> keys(List<Path> named, GlobalOptions options, Session session) {
    List<Path> files =
        named.isEmpty()
            ? configured(options, session).flatMap(AuditConfig::keyFile).stream().toList()
            : named;
    if (files.isEmpty()) {
      throw Failure.usage(
          "no key: a bundle proves nothing without the public key of its log; give --key FILE");
    }
    return read(files);
  }

  private static List<LogKeys.Found> read(List<Path> files) {
    List<LogKeys.Found> keys = new ArrayList<>();
    for (Path file : files) {
      LogKeys.Found found = LogKeys.read(file);
      if (found instanceof LogKeys.Found.Nothing(String why)) {
        throw Failure.usage("the key " + file + " " + why);
      }
      keys.add(found);
    }
    return keys;
  }

  /** The pseudonyms under the key that is named, or the configured one; empty without a key. */
  static Optional<Pseudonyms> pseudonyms(
      Optional<Path> named, GlobalOptions options, Session session) {
    return named
        .or(() -> configured(options, session).flatMap(AuditConfig::usersKeyFile))
        .map(file ->
            switch (HmacKey.read(file)) {
              case HmacKey.Result.Read(byte[] key) -> new Pseudonyms(key);
              case HmacKey.Result.Refused(String problem, String remedy) ->
                  throw Failure.usage(problem + ": " + remedy);
            });
  }

  /** Ends a command that met an entry it cannot read. */
  static Failure damaged(IOException damage) {
    return new Failure(
        ExitCode.DENIED,
        List.of(
            "assayer: "
                + Screen.line(String.valueOf(damage.getMessage()))
                + "; assayer audit verify says what happened"));
  }

  private static Optional<AuditConfig> configured(GlobalOptions options, Session session) {
    return options
        .configFile(session)
        .map(_ -> Configurations.load(options, session))
        .map(Config::audit);
  }
}
