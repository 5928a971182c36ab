package dev.assayer.e2e;

import dev.assayer.testing.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a Service is to the API server: one address, behind which each new connection goes to the
 * next replica that is ready. With none ready, connections are refused by a reset.
 */
final class ServiceForwarder implements AutoCloseable {
  private static final int BACKLOG = 256;

  private final ServerSocket listener;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<Socket, Replica> open = new ConcurrentHashMap<>();
  private volatile List<Replica> replicas = List.of();

  ServiceForwarder() {
    try {
      listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("service").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on these; connections to others are reset, as when a pod's network is gone. */
  void to(Replica... now) {
    replicas = List.of(now);
    open.forEach((socket, replica) -> {
      if (!replicas.contains(replica)) {
        Relay.reset(socket);
      }
    });
  }

  /** The node of a replica dies: its connections break off, and no new one comes to it. */
  void cut(Replica dead) {
    to(replicas.stream().filter(one -> one != dead).toArray(Replica[]::new));
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    Optional<Replica> replica = next();
    if (replica.isEmpty()) {
      Relay.reset(client);
      return;
    }
    URI address = replica.get().server().webhookAddress();
    try (client;
        Socket server = new Socket(address.getHost(), address.getPort())) {
      server.setTcpNoDelay(true);
      open.put(client, replica.get());
      open.put(server, replica.get());
      Thread back = Thread.ofVirtual().start(() -> Relay.copy(server, client));
      Relay.copy(client, server);
      back.join();
    } catch (IOException | InterruptedException gone) {
      Relay.reset(client);
    } finally {
      Collection<Socket> sockets = open.keySet();
      sockets.removeIf(Socket::isClosed);
    }
  }

  private Optional<Replica> next() {
    List<Replica> ready = replicas.stream().filter(one -> one.server().ready()).toList();
    return ready.isEmpty()
        ? Optional.empty()
        : Optional.of(ready.get(Math.floorMod(turn.getAndIncrement(), ready.size())));
  }

  @Override
  public void close() {
    to();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
