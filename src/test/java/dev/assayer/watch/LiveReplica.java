package dev.assayer.watch;

import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.server.QuickServer;
import dev.assayer.server.Server;
import dev.assayer.server.ServerSetup;
import dev.assayer.testing.RawHttp;
import dev.assayer.testing.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;

/** A replica at addresses that stay, whether it runs or not: the real server in this process. */
final class LiveReplica implements AutoCloseable {
  static final DemoCa CA = DemoCa.create();

  private final Path directory;
  private final int port = freePort();
  private final int adminPort = freePort();
  private volatile SSLContext client = CA.clientContext();
  private Map<String, String> environment = Map.of();
  private String yaml = "";
  private String webhook = "";
  private Optional<Addresses> addresses = Optional.empty();
  private Optional<Server> server = Optional.empty();

  /** What stays while the server behind listens elsewhere after each start. */
  private record Addresses(Relay webhook, Relay admin) {}

  /** Not started yet. */
  LiveReplica(Path directory) {
    this.directory = directory;
    show(CA.identity());
  }

  /**
   * A port that nobody listens on, and that nobody gets who only calls: it is below those that the
   * system hands out, so it stays free while a server starts anew.
   */
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (IOException taken) {
        // another one
      }
    }
  }

  /** Its configuration names no port of its own, and so can be that of another replica too. */
  LiveReplica alike() {
    addresses = Optional.of(new Addresses(new Relay(port), new Relay(adminPort)));
    return this;
  }

  /** Its addresses lead to those of this one, whoever listens there. */
  void leadTo(LiveReplica other) {
    Addresses stay = addresses.orElseThrow();
    stay.webhook().to(other.port);
    stay.admin().to(other.adminPort);
  }

  /** One more line of the section {@code webhook}. */
  LiveReplica webhook(String line) {
    webhook = "  " + line + "\n";
    return this;
  }

  /** Starts with this configuration, which has no listeners yet. */
  LiveReplica start(String configuration, Map<String, String> variables) {
    environment = variables;
    write(configuration);
    start();
    return this;
  }

  void start() {
    server =
        Optional.of(
            QuickServer.start(
                new ServerSetup(
                    directory.resolve("assayer.yaml"),
                    environment,
                    "0.1.0",
                    "assayer-" + port,
                    _ -> {},
                    () -> 0)));
    addresses.ifPresent(stay -> {
      stay.webhook().to(server.get().webhookAddress().getPort());
      stay.admin().to(server.get().adminAddress().getPort());
    });
  }

  /** Ends it and starts it anew with these variables. */
  void restart(Map<String, String> variables) {
    close();
    environment = variables;
    start();
  }

  void restart() {
    restart(environment);
  }

  Map<String, String> environment() {
    return environment;
  }

  boolean ready() {
    return server.map(Server::ready).orElse(false);
  }

  int port() {
    return addresses.map(stay -> stay.webhook().port()).orElse(port);
  }

  Path directory() {
    return directory;
  }

  /** What Prometheus scrapes. */
  String target() {
    return "127.0.0.1:" + addresses.map(stay -> stay.admin().port()).orElse(adminPort);
  }

  /** The configuration but for its listeners. */
  String yaml() {
    return yaml;
  }

  void write(String configuration) {
    yaml = configuration;
    String clients =
        Files.exists(directory.resolve("clients.crt")) ? ", clientCaFile: clients.crt" : "";
    put(
        "assayer.yaml",
        """
        apiVersion: assayer.dev/v1
        cluster: test
        admin: {address: 127.0.0.1, port: %d}
        page: {enabled: false}
        webhook:
          address: 127.0.0.1
          port: %d
          tls: {certificateFile: tls.crt, keyFile: tls.key%s}
        %s\
        """
                .formatted(
                    addresses.isPresent() ? 0 : adminPort,
                    addresses.isPresent() ? 0 : port,
                    clients,
                    webhook)
            + configuration);
  }

  /** Shows this certificate from now on. */
  void show(ServerIdentity identity) {
    put("tls.key", identity.privateKeyPem());
    put("tls.crt", identity.certificatePem());
  }

  /** Writes a file of the replica at once as a whole. */
  Path put(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Path whole = Files.writeString(file.resolveSibling(name + ".new"), text);
      return Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Callers prove themselves, or not, by this from now on. */
  void calledBy(SSLContext caller) {
    client = caller;
  }

  /** Asks about the creation of a pod with this image; gives the answer's body. */
  String create(String image) throws IOException {
    return post(client, pod(image));
  }

  private static String pod(String image) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
    "uid":"%s","kind":{"group":"","version":"v1","kind":"Pod"},
    "resource":{"group":"","version":"v1","resource":"pods"},"name":"cart",
    "namespace":"shop","operation":"CREATE","userInfo":{"username":"dana@acme.example"},
    "object":{"metadata":{"name":"cart"},"spec":{"containers":[{"name":"c",
    "image":"%s"}]}},"dryRun":false}}\
    """
        .formatted(UUID.randomUUID(), image);
  }

  /** Posts this as it is, as this caller; gives the answer's body. */
  String post(SSLContext caller, String body) throws IOException {
    try (RawHttp http = RawHttp.tls(port(), caller)) {
      return http.send(request(body, "\r\nConnection: close")).answer().body();
    }
  }

  private static String request(String body, String more) {
    return "POST /mutate?timeout=10s HTTP/1.1\r\nHost: assayer\r\nContent-Type: application/json"
        + "\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + more
        + "\r\n\r\n"
        + body;
  }

  /** A connection that is kept after such a question was answered. */
  RawHttp keptAfter(String image) throws IOException {
    RawHttp http = RawHttp.tls(port(), client);
    RawHttp.Answer answer = http.send(request(pod(image), "")).answer();
    if (answer.status() != 200) {
      http.close();
      throw new IOException(answer.head());
    }
    return http;
  }

  @Override
  public void close() {
    addresses.ifPresent(stay -> {
      stay.webhook().cut();
      stay.admin().cut();
    });
    server.ifPresent(Server::close);
    server = Optional.empty();
  }
}
