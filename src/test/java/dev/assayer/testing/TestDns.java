package dev.assayer.testing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The name service of the tests. Names under {@code .dns.test} are answered here, by their first
 * label: {@code nxdomain…} does not exist, {@code slow…} takes 5 s, {@code private…} is 10.255.0.1,
 * {@code metadata…} is 169.254.169.254, all others are 127.0.0.1. It counts what is asked. Other
 * names go to the platform's resolver.
 */
public final class TestDns extends InetAddressResolverProvider {
  private static final ConcurrentHashMap<String, AtomicInteger> ASKED = new ConcurrentHashMap<>();

  /** How often a name under {@code .dns.test} was looked up in this JVM. */
  public static int asked(String name) {
    AtomicInteger count = ASKED.get(name);
    return count == null ? 0 : count.get();
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver platform = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        return host.endsWith(".dns.test") ? answer(host) : platform.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return platform.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "names under .dns.test";
  }

  private static Stream<InetAddress> answer(String host) throws UnknownHostException {
    ASKED.computeIfAbsent(host, _ -> new AtomicInteger()).incrementAndGet();
    if (host.startsWith("nxdomain")) {
      throw new UnknownHostException(host);
    }
    if (host.startsWith("slow")) {
      sleep(Duration.ofSeconds(5));
    }
    if (host.startsWith("private")) {
      return address(host, 10, 255, 0, 1);
    }
    return host.startsWith("metadata")
        ? address(host, 169, 254, 169, 254)
        : address(host, 127, 0, 0, 1);
  }

  private static Stream<InetAddress> address(String host, int a, int b, int c, int d)
      throws UnknownHostException {
    byte[] bytes = {(byte) a, (byte) b, (byte) c, (byte) d};
    return Stream.of(InetAddress.getByAddress(host, bytes));
  }

  private static void sleep(Duration time) throws UnknownHostException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted");
    }
  }
}
