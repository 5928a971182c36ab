package dev.assayer.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * The platform's name service without the way from addresses to names. Helidon asks for the name of
 * every TLS client before the handshake, and needs none: with a slow name service each new
 * connection would wait for it, and hold a carrier thread meanwhile. The JDK loads this class
 * itself.
 */
public final class NamelessPeers extends InetAddressResolverProvider {

  /** For the JDK. */
  public NamelessPeers() {}

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return new NamesOnly(configuration.builtinResolver());
  }

  @Override
  public String name() {
    return "addresses have no names";
  }

  /** Names to addresses by the platform; addresses to nothing. */
  record NamesOnly(InetAddressResolver platform) implements InetAddressResolver {

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
        throws UnknownHostException {
      return platform.lookupByName(host, policy);
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
      throw new UnknownHostException("addresses are not looked up");
    }
  }
}
