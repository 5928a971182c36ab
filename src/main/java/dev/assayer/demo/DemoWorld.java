package dev.assayer.demo;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.PushedImage;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.samples.SignedRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * Everything around Assayer in the demo: a Notary, a second one that will be stopped, a registry
 * with images, repositories signed a moment ago, and the configuration that pins their keys.
 */
final class DemoWorld implements AutoCloseable {
  /** The certificate authority's file, beside the configuration. */
  static final String CA_FILE = "ca.crt";

  private static final String AUDIT_KEY = "audit.key";

  private final DemoCa ca = DemoCa.create();
  private final NotaryServer notary = NotaryServer.start(ca.identity());
  private final NotaryServer standby = NotaryServer.start(ca.identity());
  private final OciRegistry registry = OciRegistry.start(ca.identity());
  private final Map<String, SignedRepository> repositories = new LinkedHashMap<>();
  private final Map<String, String> rules = new LinkedHashMap<>();
  private final Path directory;

  DemoWorld() {
    try {
      directory = Files.createTempDirectory("assayer-demo");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for the demo", e);
    }
  }

  OciRegistry registry() {
    return registry;
  }

  /** The Notary that the rule of {@code downstream} asks; it can be stopped alone. */
  NotaryServer standby() {
    return standby;
  }

  NotaryServer notary() {
    return notary;
  }

  /** A repository {@code acme/NAME} on the registry with an own root key, not yet published. */
  SignedRepository repository(String name, String... delegations) {
    return repository(name, notary, delegations);
  }

  /** The same, with its trust data on the Notary that will be stopped. */
  SignedRepository repositoryOnStandby(String name) {
    return repository(name, standby);
  }

  private SignedRepository repository(String name, NotaryServer server, String... delegations) {
    SignedRepository repository = SignedRepository.create(image(name));
    server.add(repository);
    repositories.put(name, repository);
    StringBuilder rule =
        new StringBuilder("  - pattern: \"" + image(name) + ":*\"\n    trustRoot: " + name + '\n');
    rule.append("    validator: ").append(server == notary ? "notary" : "standby").append('\n');
    if (delegations.length > 0) {
      rule.append("    delegations: [").append(String.join(", ", delegations)).append("]\n");
    }
    rules.put(name, rule.toString());
    return repository;
  }

  /** The repository's name as an image reference without tag. */
  String image(String name) {
    return registry.baseHost() + "/acme/" + name;
  }

  /** Pushes an image whose one layer holds this text. */
  PushedImage push(String name, String tag, String text) {
    return registry.putImage("acme/" + name, tag, text);
  }

  /** Writes the configuration, as an operator would; every timestamp is asked for. */
  Path writeConfiguration() {
    ServerIdentity identity = ca.identity();
    var _ = write("tls.crt", identity.certificatePem());
    var _ = write("tls.key", identity.privateKeyPem());
    var _ = write(CA_FILE, ca.pem());
    var _ = write(AUDIT_KEY, Ed25519Signer.newKeyPem());
    return writeConfiguration("0s");
  }

  /**
   * Writes the configuration again.
   *
   * @param maxAge for how long a timestamp is believed
   */
  Path writeConfiguration(String maxAge) {
    List<String> lines = new ArrayList<>();
    lines.add("apiVersion: assayer.dev/v1");
    lines.add("cluster: demo");
    lines.add("webhook:");
    lines.add("  address: 127.0.0.1");
    lines.add("  port: 0");
    lines.add("  tls: {certificateFile: tls.crt, keyFile: tls.key}");
    lines.add("admin: {address: 127.0.0.1, port: 0}");
    lines.add("page: {address: 127.0.0.1, port: 0}");
    lines.add("freshness: {timestampMaxAge: " + maxAge + "}");
    lines.add("audit: {directory: audit, keyFile: " + AUDIT_KEY + "}");
    lines.add("validators:");
    addValidator(lines, "notary", notary);
    addValidator(lines, "standby", standby);
    lines.add("policy:");
    lines.add("  - pattern: \"*:*\"");
    lines.add("    validator: notary");
    lines.add("    trustRoot: signed");
    lines.add("  - {pattern: \"" + registry.baseHost() + "/tools/*:*\", verify: false}");
    rules.values().forEach(lines::add);
    return write("assayer.yaml", String.join("\n", lines) + "\n");
  }

  /** The folder of the audit log. */
  Path auditLog() {
    return directory.resolve("audit");
  }

  /** The key that signs it. */
  Path auditKey() {
    return directory.resolve(AUDIT_KEY);
  }

  /** What a client of the webhook should trust, beside the configuration. */
  SSLContext clientContext() {
    return ca.clientContext();
  }

  private Path write(String name, String text) {
    Path file = directory.resolve(name);
    try {
      return Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private void addValidator(List<String> lines, String name, NotaryServer server) {
    lines.add("  - name: " + name);
    lines.add("    type: notaryV1");
    lines.add("    host: " + server.baseHost());
    lines.add("    ca: |");
    addPem(lines, ca.pem(), "      ");
    lines.add("    trustRoots:");
    repositories.forEach((repositoryName, repository) -> {
      lines.add("      - name: " + repositoryName);
      lines.add("        key: |");
      addPem(lines, repository.pinnedRootPem(), "          ");
    });
  }

  private static void addPem(List<String> lines, String pem, String indent) {
    pem.strip().lines().forEach(line -> lines.add(indent + line));
  }

  @Override
  public void close() {
    notary.close();
    standby.close();
    registry.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(DemoWorld::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file, e);
    }
  }
}
