package dev.assayer.demo;

import com.sun.net.httpserver.HttpExchange;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.samples.SignedRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A Notary v1 server, read-only: {@code GET /v2/<gun>/_trust/tuf/<file>}. */
public final class NotaryServer extends EmbeddedServer {
  private static final String PREFIX = "/v2/";
  private static final String TRUST = "/_trust/tuf/";

  private final Map<String, SignedRepository> repositories = new ConcurrentHashMap<>();

  private NotaryServer(ServerIdentity identity, InetAddress address) {
    super(identity, address);
  }

  /** Starts a server with this certificate, on a free loopback port. */
  public static NotaryServer start(ServerIdentity identity) {
    return start(identity, loopback());
  }

  /** The same at another address of this machine, for clients elsewhere. */
  public static NotaryServer start(ServerIdentity identity, InetAddress address) {
    return new NotaryServer(identity, address);
  }

  /** Serves this repository under its GUN, in place of any other. */
  public NotaryServer add(SignedRepository repository) {
    return add(repository.gun(), repository);
  }

  /** Serves this repository under any GUN: one repository's files in the place of another's. */
  public NotaryServer add(String gun, SignedRepository repository) {
    repositories.put(gun, repository);
    return this;
  }

  /** The path of a file, for {@link #fault} and {@link #requests}. */
  public static String path(String gun, String file) {
    return PREFIX + gun + TRUST + file;
  }

  @Override
  Optional<String> repositoryOf(String path) {
    int trust = path.indexOf(TRUST);
    return path.startsWith(PREFIX) && trust > PREFIX.length()
        ? Optional.of(path.substring(PREFIX.length(), trust))
        : Optional.empty();
  }

  @Override
  void answer(HttpExchange exchange, String path) throws IOException {
    if (path.equals(PREFIX)) {
      send(exchange, 200, new byte[0]);
      return;
    }
    Optional<byte[]> file =
        repositoryOf(path)
            .flatMap(gun -> Optional.ofNullable(repositories.get(gun)))
            .flatMap(found -> found.file(path.substring(path.indexOf(TRUST) + TRUST.length())));
    if (file.isPresent()) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      send(exchange, 200, file.get());
    } else {
      send(exchange, 404, new byte[0]);
    }
  }
}
