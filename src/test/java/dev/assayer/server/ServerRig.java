package dev.assayer.server;

import dev.assayer.decision.Decision;
import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.samples.SignedRepository;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;

/**
 * The real server in this process, started with files as an operator writes them, with its log of
 * decisions, its metrics and its clients.
 */
final class ServerRig implements AutoCloseable {
  static final String REPOSITORY = "registry.example/acme/app";
  static final String SIGNED = REPOSITORY + ":signed";
  static final String UNSIGNED = REPOSITORY + ":unsigned";
  static final String EXEMPT = "registry.example/tools/sh:1";
  static final String DIGEST = "sha256:" + "5a".repeat(32);
  static final DemoCa CA = DemoCa.create();
  private static final SSLContext CLIENT = CA.clientContext();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final Server server;
  private final Path dir;
  private final Queue<Decision> decisions = new ConcurrentLinkedQueue<>();

  private ServerRig(Path dir, Map<String, String> environment) {
    this.dir = dir;
    server =
        Server.start(
            new ServerSetup(
                dir.resolve("assayer.yaml"),
                environment,
                "0.1.0",
                "assayer-0",
                decisions::add,
                () -> 0));
  }

  /** Serves with this configuration, of which the listeners are written here. */
  static ServerRig start(Path dir, String yaml) {
    return start(dir, yaml, Map.of());
  }

  static ServerRig start(Path dir, String yaml, Map<String, String> environment) {
    show(dir, CA.identity());
    write(dir, yaml);
    ServerRig rig = new ServerRig(dir, environment);
    Await.until("ready", rig.server::ready);
    return rig;
  }

  /** The same, without waiting until it is ready. */
  static ServerRig unready(Path dir, String yaml, Map<String, String> environment) {
    write(dir, yaml);
    return new ServerRig(dir, environment);
  }

  /** A repository with the tag {@code signed}, served by this Notary. */
  static SignedRepository signedOn(NotaryServer notary) {
    SignedRepository repository = SignedRepository.create(REPOSITORY);
    repository.targets().target("signed", DIGEST, 1234);
    repository.publish();
    notary.add(repository);
    return repository;
  }

  /** Everything must be signed there, but tools; each decision asks the Notary. */
  static String trusting(String host, String caPem, String rootPem) {
    return """
    freshness: {timestampMaxAge: 0s}
    validators:
      - name: default
        type: notaryV1
        host: %s
        ca: |
    %s    trustRoots:
          - name: default
            key: |
    %spolicy:
      - pattern: "*:*"
      - {pattern: "registry.example/tools/*:*", verify: false}
    """
        .formatted(host, caPem.indent(6), rootPem.indent(10));
  }

  static String trusting(NotaryServer notary, SignedRepository repository) {
    return trusting(notary.baseHost(), notary.caPem(), repository.pinnedRootPem());
  }

  /** Writes the configuration file. */
  static Path write(Path dir, String yaml) {
    String listeners =
        """
        apiVersion: assayer.dev/v1
        cluster: test
        webhook:
          address: 127.0.0.1
          port: 0
          tls: {certificateFile: tls.crt, keyFile: tls.key}
        admin: {address: 127.0.0.1, port: 0}
        """;
    String page = yaml.contains("page:") ? "" : "page: {enabled: false}\n";
    return put(dir.resolve("assayer.yaml"), listeners + page + yaml);
  }

  void write(String yaml) {
    var _ = write(dir, yaml);
  }

  /** Writes the files of the server's certificate, each at once as a whole. */
  static void show(Path dir, ServerIdentity identity) {
    var _ = put(dir.resolve("tls.crt"), identity.certificatePem());
    var _ = put(dir.resolve("tls.key"), identity.privateKeyPem());
  }

  static Path put(Path file, String text) {
    try {
      Path whole = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
      return Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the operator page is. */
  URI operatorPage() {
    return server.pageAddress().orElseThrow();
  }

  int port() {
    return server.webhookAddress().getPort();
  }

  Caller caller() throws IOException {
    return Caller.to(port(), CLIENT);
  }

  /** The decisions so far, in the order of their log. */
  List<Decision> decisions() {
    return List.copyOf(decisions);
  }

  /** What a page of the admin listener says. */
  HttpResponse<String> page(String path) {
    return page(server.adminAddress(), path);
  }

  static HttpResponse<String> page(URI admin, String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(admin.resolve(path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The sum of a metric's series with all these labels, given as {@code name="value"}. */
  double metric(String name, String... labels) {
    return page("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + '{') || line.startsWith(name + ' '))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .map(line -> line.split(" # ", 2)[0])
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    server.close();
  }
}
