package dev.assayer.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code audit}, {@code namespaces}, {@code revoked} and the small ones. */
final class OperationReader {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TEN_YEARS = Duration.ofDays(3650);
  private static final int HASH_HEX = 64;

  private OperationReader() {}

  static AuditConfig audit(MappingReader root) {
    MappingReader section = root.section("audit");
    MappingReader retention = section.section("retention");
    AuditConfig audit =
        new AuditConfig(
            section.file("directory"),
            section.file("keyFile"),
            section.flag("required", true),
            section.flag("fsync", true),
            users(section),
            section.file("usersKeyFile"),
            new AuditConfig.Retention(
                retention.duration("age", Duration.ofDays(90), SECOND, TEN_YEARS),
                retention.size("size", 5L << 30, 1L << 20)),
            PublishReader.read(section));
    retention.done();
    usersKey(section, audit);
    section.done();
    return audit;
  }

  private static AuditConfig.Users users(MappingReader section) {
    return section.word("users", AuditConfig.Users.KEEP);
  }

  /** Whether the key is one, {@link HmacKey#problem} says where it is needed. */
  private static void usersKey(MappingReader section, AuditConfig audit) {
    Optional<Field> field = section.value("users");
    if (audit.users() == AuditConfig.Users.HASH
        && audit.usersKeyFile().isEmpty()
        && field.isPresent()) {
      section
          .reading()
          .error(
              field.get(),
              "names are hashed with a key, and usersKeyFile names none",
              "name a file with at least "
                  + HmacKey.MIN_BYTES
                  + " random bytes, such as from: head -c 64 /dev/urandom");
    }
  }

  static Config.Freshness freshness(MappingReader root) {
    MappingReader section = root.section("freshness");
    Duration age =
        section.duration(
            "timestampMaxAge", Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(1));
    section.done();
    return new Config.Freshness(age);
  }

  static Config.Readiness readiness(MappingReader root) {
    MappingReader section = root.section("readiness");
    Config.NotaryGate gate = section.word("notary", Config.NotaryGate.GATE);
    section.done();
    return new Config.Readiness(gate);
  }

  static Config.Grace grace(MappingReader root) {
    MappingReader section = root.section("grace");
    Duration age = section.duration("maxAge", Duration.ZERO, Duration.ZERO, Duration.ofDays(30));
    section.done();
    return new Config.Grace(age);
  }

  static Config.AutomaticChildApproval childApproval(MappingReader root) {
    MappingReader section = root.section("automaticChildApproval");
    boolean enabled = section.flag("enabled", true);
    section.done();
    return new Config.AutomaticChildApproval(enabled);
  }

  static Config.Liveness liveness(MappingReader root) {
    MappingReader section = root.section("liveness");
    boolean notary = section.flag("notary", false);
    section.done();
    return new Config.Liveness(notary);
  }

  static Config.Revoked revoked(MappingReader root) {
    MappingReader section = root.section("revoked");
    Config.Revoked revoked =
        new Config.Revoked(
            hashes(section, "digests", "sha256:", "a digest", "sha256: and"),
            hashes(section, "keyIds", "", "a key id", "the"));
    section.done();
    return revoked;
  }

  private static List<String> hashes(
      MappingReader section, String name, String prefix, String what, String start) {
    List<String> hashes = new ArrayList<>();
    for (MappingReader.Text item : section.texts(name)) {
      String text = item.text();
      if (text.length() == prefix.length() + HASH_HEX
          && text.startsWith(prefix)
          && text.substring(prefix.length()).chars().allMatch(OperationReader::hex)) {
        hashes.add(text);
      } else {
        section
            .reading()
            .error(
                item.field(),
                Shown.quoted(text) + " is not " + what,
                "write " + start + " 64 lower-case hexadecimal characters");
      }
    }
    return hashes;
  }

  private static boolean hex(int c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
  }

  static NamespacesConfig namespaces(MappingReader root) {
    MappingReader section = root.section("namespaces");
    NamespacesConfig namespaces =
        new NamespacesConfig(
            label(section, "ignoreLabel", "assayer.dev/ignore"),
            label(section, "validateLabel", "assayer.dev/validate"),
            section.word("mode", NamespacesConfig.Mode.IGNORE));
    section.done();
    return namespaces;
  }

  private static String label(MappingReader section, String name, String fallback) {
    Optional<Field> field = section.value(name);
    Optional<String> text = field.flatMap(value -> Scalars.text(value, section.reading()));
    if (field.isPresent() && text.isPresent() && !KubernetesNames.labelKey(text.get())) {
      section
          .reading()
          .error(
              field.get(),
              Shown.quoted(text.get()) + " is not the key of a label",
              "write one such as " + fallback);
    }
    return text.orElse(fallback);
  }

  static Config.Reverification reverification(MappingReader root) {
    MappingReader section = root.section("reverification");
    Config.Reverification reverification =
        new Config.Reverification(
            section.flag("enabled", false),
            section.duration(
                "interval", Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofDays(7)),
            section.flag("policyReports", false));
    section.done();
    return reverification;
  }

  static List<String> registries(MappingReader root) {
    List<String> hosts = new ArrayList<>();
    root.list("registries").forEach(item -> Hosts.read(item, root.reading()).ifPresent(hosts::add));
    return hosts;
  }
}
