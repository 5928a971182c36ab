package dev.assayer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A loopback address whose connections go to another port, or break off. */
public final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile OptionalInt target;

  /** Leads to this port. */
  public Relay(int port) {
    target = OptionalInt.of(port);
    try {
      listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("relay").start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** From now on connections go there; those that are open break off. */
  public void to(int port) {
    target = OptionalInt.of(port);
    open.forEach(Relay::reset);
  }

  /** From now on all connections break off. */
  public void cut() {
    target = OptionalInt.empty();
    open.forEach(Relay::reset);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    OptionalInt to = target;
    if (to.isEmpty()) {
      reset(client);
      return;
    }
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), to.getAsInt())) {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      open.add(client);
      Thread back = Thread.ofVirtual().start(() -> copy(server, client));
      copy(client, server);
      back.join();
    } catch (IOException gone) {
      reset(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  /** Carries one direction to its end; when one side breaks off, the other is reset. */
  public static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException broken) {
      reset(from);
      reset(to);
    }
  }

  /** Closes with a reset, as when a host is gone. */
  public static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException closed) {
      // it is gone
    }
  }

  @Override
  public void close() {
    cut();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
