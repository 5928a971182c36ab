package dev.assayer.server;

import dev.assayer.decision.Refusal;
import dev.assayer.server.Connection.Phase;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The open connections of one listener, never more than its limit. A new one at the limit takes the
 * place of one that never sent a request, of an idle one, or of one that has been sending its
 * request for a while: of what one address has most of, the oldest. So a flood or a hoard from one
 * address pushes out itself and nobody's handshake. One whose request we work on keeps its place.
 */
final class ConnectionTable {
  private static final Set<Phase> NEVER_USED = EnumSet.of(Phase.FRESH, Phase.UNUSED);

  /** An honest client has sent its request by then, even a large one. */
  private static final long TRICKLING = Duration.ofSeconds(2).toNanos();

  /**
   * A connection as both the acceptor and Helidon know it. The address alone would take a new
   * connection for an old one whose port it got.
   */
  record Key(String channel, SocketAddress peer) {}

  private final GuardLimits limits;
  private final Consumer<Refusal> ended;
  private final ConcurrentHashMap<Key, Connection> open = new ConcurrentHashMap<>();
  private volatile boolean closing;

  /**
   * @param ended told why connections are cut before a request was whole
   */
  ConnectionTable(GuardLimits limits, Consumer<Refusal> ended) {
    this.limits = limits;
    this.ended = ended;
  }

  /** Gives a new connection its place, or closes it. Called by one thread. */
  void accept(Key key, SocketChannel channel) {
    long now = System.nanoTime();
    Connection connection = new Connection(channel, now, limits.first());
    if (closing) {
      connection.close();
      return;
    }
    if (open.size() >= limits.connections() && !makeRoom(now)) {
      ended.accept(Refusal.CONNECTION_LIMIT);
      connection.close();
      return;
    }
    Connection before = open.put(key, connection);
    if (before != null) {
      before.close(); // the peer uses its port anew, so the old connection is dead
    }
    if (closing) {
      connection.close();
    }
  }

  /** The connection, unless it is gone. */
  Optional<Connection> find(Key key) {
    return Optional.ofNullable(open.get(key));
  }

  int size() {
    return open.size();
  }

  /** Cuts what is overdue and forgets what is closed. */
  void reap() {
    long now = System.nanoTime();
    open.forEach((key, connection) -> {
      Optional<Phase> cut = connection.cutOverdue(now);
      if (cut.filter(ConnectionTable::owesUs).isPresent() && connection.blame()) {
        ended.accept(Refusal.SLOW_CLIENT);
      }
      if (!connection.isOpen()) {
        open.remove(key, connection);
      }
    });
  }

  /** Cuts those that have been sending one request for seconds, to have back what they hold. */
  void cutTrickling() {
    long now = System.nanoTime();
    open.forEach((_, connection) -> {
      long since = connection.sinceNanos();
      if (now - since > TRICKLING && connection.cut(Phase.RECEIVING, since) && connection.blame()) {
        ended.accept(Refusal.SLOW_CLIENT);
      }
    });
  }

  /** From now on closes new connections. */
  void refuse() {
    closing = true;
  }

  /** Whether there are connections whose first request may be on its way. */
  boolean awaitsFirst() {
    return open.values().stream().map(Connection::phase).anyMatch(NEVER_USED::contains);
  }

  /** From now on closes new connections, and those that have no request. */
  void close() {
    closing = true;
    open.values().forEach(Connection::cutUnused);
    reap();
  }

  boolean isClosing() {
    return closing;
  }

  /** Closes everything. */
  void closeAll() {
    closing = true;
    open.values().forEach(Connection::close);
    open.clear();
  }

  /** Whether a client that does nothing more is to blame: not for a connection it may keep. */
  private static boolean owesUs(Phase phase) {
    return phase != Phase.UNUSED && phase != Phase.IDLE;
  }

  private boolean makeRoom(long now) {
    reap();
    while (open.size() >= limits.connections()) {
      Optional<Crowd> largest =
          Stream.of(
                  crowd(NEVER_USED, now, 0),
                  crowd(EnumSet.of(Phase.IDLE), now, 0),
                  crowd(EnumSet.of(Phase.RECEIVING), now, TRICKLING))
              .flatMap(Optional::stream)
              .reduce((one, next) -> next.count > one.count ? next : one);
      if (largest.isEmpty()) {
        return false;
      }
      evict(largest.get().oldest);
    }
    return true;
  }

  /** Those in these phases, for so long, of the client that has most of them. */
  private Optional<Crowd> crowd(Set<Phase> phases, long now, long atLeast) {
    Map<Client, Crowd> crowds = new HashMap<>();
    for (Map.Entry<Key, Connection> entry : open.entrySet()) {
      Connection connection = entry.getValue();
      Phase phase = connection.phase();
      long since = connection.sinceNanos();
      if (phases.contains(phase) && now - since >= atLeast) {
        Victim one = new Victim(entry.getKey(), connection, phase, since);
        crowds.merge(Client.of(entry.getKey().peer), new Crowd(1, one), Crowd::and);
      }
    }
    return crowds.values().stream().reduce(Crowd::worse);
  }

  private void evict(Victim victim) {
    Connection connection = victim.connection;
    if (connection.cut(victim.phase, victim.since)) {
      open.remove(victim.key, connection);
      if (victim.phase != Phase.IDLE && connection.blame()) {
        ended.accept(Refusal.CONNECTION_LIMIT);
      }
    }
  }

  private record Victim(Key key, Connection connection, Phase phase, long since) {
    Victim older(Victim other) {
      return since - other.since <= 0 ? this : other;
    }
  }

  private record Crowd(int count, Victim oldest) {
    Crowd and(Crowd more) {
      return new Crowd(count + more.count, oldest.older(more.oldest));
    }

    Crowd worse(Crowd other) {
      if (count != other.count) {
        return count > other.count ? this : other;
      }
      return oldest.older(other.oldest).equals(oldest) ? this : other;
    }
  }

  /**
   * Who a connection comes from: an IPv4 address, or the network of 64 bits that a host with an
   * IPv6 address usually has to itself.
   */
  private record Client(String network) {
    private static final int NETWORK_BYTES = 8;

    static Client of(SocketAddress peer) {
      if (peer instanceof InetSocketAddress inet && inet.getAddress() != null) {
        byte[] address = inet.getAddress().getAddress();
        int length = address.length > 4 ? NETWORK_BYTES : address.length;
        return new Client(HexFormat.of().formatHex(address, 0, length));
      }
      return new Client(peer.toString());
    }
  }
}
