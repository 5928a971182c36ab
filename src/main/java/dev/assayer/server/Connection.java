package dev.assayer.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * What one accepted connection is doing, and until when it may. Its own thread moves it on; the
 * reaper and the acceptor may cut it. Every step is one short lock, so that a connection is either
 * cut or moves on, never both.
 */
final class Connection {

  /** What a connection waits for. */
  enum Phase {
    /** The end of its handshake, or without TLS its first request. */
    FRESH,
    /** Its first request, after the handshake: a client may have made it for later. */
    UNUSED,
    /** The rest of a request. */
    RECEIVING,
    /** Our answer, and that the client takes it. */
    ANSWERING,
    /** The next request. */
    IDLE,
    /** Nothing more. */
    CUT
  }

  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofMillis(100);

  private final SocketChannel channel;
  private Phase phase = Phase.FRESH;
  private long sinceNanos;
  private long dueNanos;
  private boolean routed;
  private boolean blamed;

  Connection(SocketChannel channel, long nowNanos, Duration first) {
    this.channel = channel;
    move(Phase.FRESH, nowNanos, nowNanos + first.toNanos());
  }

  /** The handshake is done. */
  synchronized void established(long nowNanos, Duration atMost) {
    if (phase == Phase.FRESH) {
      move(Phase.UNUSED, nowNanos, nowNanos + atMost.toNanos());
    }
  }

  /**
   * Bytes of a request are here, or its first line; false if this connection was cut. The time runs
   * from the first byte.
   */
  synchronized boolean receive(long nowNanos, Duration atMost) {
    if (phase == Phase.RECEIVING) {
      return true;
    }
    routed = false;
    return move(Phase.RECEIVING, nowNanos, nowNanos + atMost.toNanos());
  }

  /** Bytes are here; false if this connection was cut. */
  synchronized boolean arrived(long nowNanos, Duration atMost) {
    return phase == Phase.ANSWERING || receive(nowNanos, atMost);
  }

  /** Our own code has the request now: what is answered from here on is not Helidon's doing. */
  synchronized void route() {
    routed = true;
  }

  /** The request is here as a whole; false if this connection was cut. */
  synchronized boolean answer(long nowNanos, long dueNanos) {
    return move(Phase.ANSWERING, nowNanos, dueNanos);
  }

  /** The answer is sent; false if this connection was cut. */
  synchronized boolean rest(long nowNanos, Duration atMost) {
    return move(Phase.IDLE, nowNanos, nowNanos + atMost.toNanos());
  }

  /** When its phase began. */
  synchronized long sinceNanos() {
    return sinceNanos;
  }

  synchronized Phase phase() {
    return phase;
  }

  synchronized boolean isRouted() {
    return routed;
  }

  /** Whether the end of this connection is to be counted: true once. */
  synchronized boolean blame() {
    boolean first = !blamed;
    blamed = true;
    return first;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Closes the connection if it still is in this phase since that moment; false if it moved on. */
  synchronized boolean cut(Phase expected, long expectedSinceNanos) {
    if (phase != expected || sinceNanos != expectedSinceNanos) {
      return false;
    }
    close();
    return true;
  }

  /** Closes the connection if its time is over, and says what it was doing. */
  synchronized Optional<Phase> cutOverdue(long nowNanos) {
    Phase before = phase;
    if (before == Phase.CUT || nowNanos - dueNanos <= 0) {
      return Optional.empty();
    }
    close();
    return Optional.of(before);
  }

  /** Closes the connection if it has no request. */
  synchronized void cutUnused() {
    if (phase == Phase.FRESH || phase == Phase.UNUSED || phase == Phase.IDLE) {
      close();
    }
  }

  /**
   * Throws away what the client still sends, for a short while. Closing with bytes unread would
   * make the kernel send a reset, which can destroy the answer before the client has read it.
   */
  void linger() {
    long now = System.nanoTime();
    blame();
    if (!answer(now, now + 2 * LINGER.toNanos())) {
      return;
    }
    byte[] scratch = new byte[16 << 10];
    try {
      channel.socket().setSoTimeout(Math.toIntExact(QUIET.toMillis()));
      InputStream in = channel.socket().getInputStream();
      while (in.read(scratch) >= 0 && System.nanoTime() - now < LINGER.toNanos()) {
        // Thrown away.
      }
    } catch (IOException quietOrGone) {
      // Nothing more comes.
    }
  }

  /** Closes the connection, whatever it does. */
  synchronized void close() {
    phase = Phase.CUT;
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // Nothing is left to close.
    }
  }

  private boolean move(Phase next, long nowNanos, long due) {
    if (phase == Phase.CUT) {
      return false;
    }
    phase = next;
    sinceNanos = nowNanos;
    dueNanos = due;
    return true;
  }
}
