package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NamelessPeersTest {

  @Test
  void namesGiveAddressesAndAddressesGiveNoNamesAndAskNobody() throws UnknownHostException {
    InetAddressResolver resolver = new NamelessPeers.NamesOnly(new Platform());
    LookupPolicy any = LookupPolicy.of(LookupPolicy.IPV4);

    assertThat(resolver.lookupByName("localhost", any))
        .containsExactly(InetAddress.getLoopbackAddress());
    assertThatThrownBy(() -> resolver.lookupByAddress(new byte[] {127, 0, 0, 1}))
        .isInstanceOf(UnknownHostException.class);
  }

  @Test
  void theJdkFindsIt() {
    List<String> found =
        ServiceLoader.load(InetAddressResolverProvider.class).stream()
            .map(provider -> provider.type().getName())
            .toList();

    assertThat(found).contains(NamelessPeers.class.getName());
  }

  private static final class Platform implements InetAddressResolver {

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) {
      return Stream.of(InetAddress.getLoopbackAddress());
    }

    @Override
    public String lookupByAddress(byte[] address) {
      throw new AssertionError("asked for a name");
    }
  }
}
