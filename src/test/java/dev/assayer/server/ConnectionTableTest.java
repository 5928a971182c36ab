package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String API_SERVER = "10.0.0.1";

  private final List<Refusal> ended = new ArrayList<>();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final ConnectionTable table =
      new ConnectionTable(new GuardLimits(100, LONG, LONG, LONG, LONG), ended::add);
  private int port = 1024;

  private SocketChannel accept(String address) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channels.add(channel);
    int from = port++;
    table.accept(key(address, from), channel);
    return channel;
  }

  private static ConnectionTable.Key key(String address, int from) throws IOException {
    return new ConnectionTable.Key(
        "0x" + from, new InetSocketAddress(InetAddress.getByName(address), from));
  }

  private Connection last(String address) throws IOException {
    return table.find(key(address, port - 1)).orElseThrow();
  }

  @AfterEach
  void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  @Test
  @DisplayName("a flood of new connections from one address does not cut another's handshake")
  void aFloodFromOneAddressPushesOutItself() throws IOException {
    List<SocketChannel> handshakes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      handshakes.add(accept(API_SERVER));
    }
    for (int i = 0; i < 1000; i++) {
      accept("10.6.6.6");
    }
    assertThat(handshakes).allMatch(SocketChannel::isOpen);
    assertThat(table.size()).isEqualTo(100);
    assertThat(ended).hasSize(905).containsOnly(Refusal.CONNECTION_LIMIT);
    assertThat(channels.getLast().isOpen()).as("the newest has its place").isTrue();
  }

  @Test
  @DisplayName("a flood from the addresses of one IPv6 network does not cut another's handshake")
  void aFloodFromOneNetworkPushesOutItself() throws IOException {
    SocketChannel handshake = accept(API_SERVER);
    SocketChannel other = accept("2001:db8:0:1::1");
    for (int i = 0; i < 1000; i++) {
      accept("2001:db8:bad:1::" + Integer.toHexString(i));
    }
    assertThat(handshake.isOpen()).isTrue();
    assertThat(other.isOpen()).isTrue();
  }

  @Test
  @DisplayName("idle connections hoarded from one address do not cut another's kept ones")
  void hoardedIdleConnectionsGoFirst() throws IOException {
    SocketChannel kept = accept(API_SERVER);
    assertThat(last(API_SERVER).rest(System.nanoTime(), LONG)).isTrue();
    for (int i = 0; i < 200; i++) {
      accept("10.6.6.6");
      assertThat(last("10.6.6.6").rest(System.nanoTime(), LONG)).isTrue();
    }
    assertThat(kept.isOpen()).isTrue();
    assertThat(table.size()).isEqualTo(100);
  }

  @Test
  void keptConnectionsDoNotCountAgainstTheirOwnersHandshake() throws IOException {
    for (int i = 0; i < 60; i++) {
      accept(API_SERVER);
      assertThat(last(API_SERVER).rest(System.nanoTime(), LONG)).isTrue();
    }
    SocketChannel handshake = accept(API_SERVER);
    for (int i = 0; i < 200; i++) {
      accept("10.6.6.6");
    }
    assertThat(handshake.isOpen()).isTrue();
  }

  @Test
  @DisplayName("idle connections hoarded from one address do not cut another's handshakes")
  void hoardedIdleConnectionsCutNoHandshake() throws IOException {
    for (int i = 0; i < 200; i++) {
      accept("10.6.6.6");
      assertThat(last("10.6.6.6").rest(System.nanoTime(), LONG)).isTrue();
    }
    assertHandshakesStay();
  }

  @Test
  @DisplayName("connections hoarded right after their handshake do not cut another's handshakes")
  void hoardedUnusedConnectionsCutNoHandshake() throws IOException {
    for (int i = 0; i < 200; i++) {
      accept("10.6.6.6");
      last("10.6.6.6").established(System.nanoTime(), LONG);
    }
    assertHandshakesStay();
  }

  private void assertHandshakesStay() throws IOException {
    List<SocketChannel> handshakes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      handshakes.add(accept(API_SERVER));
    }
    assertThat(handshakes).allMatch(SocketChannel::isOpen);
    assertThat(table.size()).isEqualTo(100);
  }

  @Test
  void aConnectionThatIsAnsweringIsNotHeldForReceivingAgain() throws IOException {
    accept(API_SERVER);
    Connection one = last(API_SERVER);
    long now = System.nanoTime();
    one.established(now, LONG);
    assertThat(one.arrived(now, LONG)).isTrue();
    assertThat(one.phase()).isEqualTo(Connection.Phase.RECEIVING);
    assertThat(one.answer(now, now + LONG.toNanos())).isTrue();
    assertThat(one.arrived(now, LONG)).isTrue();
    one.established(now, LONG);
    assertThat(one.phase()).isEqualTo(Connection.Phase.ANSWERING);
    one.close();
    assertThat(one.arrived(now, LONG)).isFalse();
  }

  @Test
  void ofOneAddressTheOldestGivesWay() throws IOException {
    List<SocketChannel> all = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      all.add(accept(API_SERVER));
    }
    assertThat(all.subList(0, 50)).noneMatch(SocketChannel::isOpen);
    assertThat(all.subList(50, 150)).allMatch(SocketChannel::isOpen);
  }
}
