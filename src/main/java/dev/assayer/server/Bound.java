package dev.assayer.server;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** Addresses that listeners are bound to. */
final class Bound {
  private Bound() {}

  /** As configured: a listener on all addresses says so. */
  static String shown(String scheme, String address, int port) {
    String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    return scheme + "://" + host + ":" + port;
  }

  /**
   * Where this process reaches the listener.
   *
   * @throws StartRefused if the address is none of this host
   */
  static URI reached(String address, int port) {
    try {
      return SelfTest.address(InetAddress.getAllByName(address)[0], port);
    } catch (UnknownHostException unresolvable) {
      throw new StartRefused(List.of("the address " + address + " is not one of this host"));
    }
  }
}
