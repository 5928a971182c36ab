package dev.assayer.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Names are resolved as ever, addresses are not named: the web server asks for the name of every
 * client before its handshake, and with a name server that hangs every new connection would wait
 * for that. Loaded by the JDK (see {@link InetAddressResolverProvider}).
 */
public final class NoReverseLookup extends InetAddressResolverProvider {

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver platform = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        return platform.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        throw new UnknownHostException("addresses are not named here");
      }
    };
  }

  @Override
  public String name() {
    return "names only";
  }
}
