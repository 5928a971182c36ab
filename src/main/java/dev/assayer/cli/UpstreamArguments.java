package dev.assayer.cli;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.remote.Credentials;
import dev.assayer.remote.HttpsUpstream;
import dev.assayer.remote.Upstream;
import dev.assayer.remote.UpstreamSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command that asks one server reaches it. */
final class UpstreamArguments {
  private static final String SCHEME = "https://";
  private static final int MOST_BYTES = 1 << 20;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificates, the only authorities to trust. Default: the JDK's.")
  private Optional<String> ca = Optional.empty();

  @Option(
      names = "--username",
      paramLabel = "USER",
      description = "User of the server. Default: none, an anonymous request.")
  private Optional<String> username = Optional.empty();

  @Option(
      names = "--password-file",
      paramLabel = "FILE|-",
      description = "The file that holds the user's password; - reads stdin.")
  private Optional<String> passwordFile = Optional.empty();

  @Option(
      names = "--realm",
      paramLabel = "URL",
      description =
          "The token server, where it is another host than the server: https://host[:port]/path.")
  private Optional<String> realm = Optional.empty();

  private List<X509Certificate> authorities = List.of();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /**
   * A client of a server.
   *
   * @param server {@code host[:port]}, or the same as an https address
   */
  Upstream open(String server, Session session) {
    if (username.isPresent() != passwordFile.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--username and --password-file go together: give both or neither");
    }
    UpstreamSettings settings = UpstreamSettings.of(host(server));
    if (ca.isPresent()) {
      authorities = authorities(ca.get(), session);
      settings = settings.withTls(TlsTrust.only(authorities).clientContext());
    }
    if (realm.isPresent()) {
      settings = settings.withRealm(tokenServer(realm.get()));
    }
    if (username.isPresent()) {
      String user = username.get();
      String password =
          text("--password-file", passwordFile.orElseThrow(), session).stripTrailing();
      settings = settings.withCredentials(new Credentials(() -> user, () -> password));
    }
    try {
      return HttpsUpstream.open(settings);
    } catch (IllegalArgumentException notAHost) {
      throw new ParameterException(
          spec.commandLine(),
          "\"" + server + "\" is no server: write host[:port] or https://host[:port]");
    }
  }

  /** The only authorities to trust; none for the JDK's. Known once a client is open. */
  List<X509Certificate> authorities() {
    return authorities;
  }

  /** The lines of {@code auth} in a validator's configuration; never a password. */
  List<String> auth() {
    List<String> lines = new ArrayList<>();
    if (username.isPresent() || realm.isPresent()) {
      lines.add("auth:");
    }
    realm.ifPresent(address -> lines.add("  realm: " + TrustRootYaml.quoted(address)));
    username.ifPresent(user -> {
      lines.add("  usernameFile: notary-username   # write the user's name into it");
      lines.add("  passwordFile: " + TrustRootYaml.quoted(passwordPath()));
    });
    return lines;
  }

  private String passwordPath() {
    return passwordFile
        .filter(name -> !name.equals(Inputs.STDIN))
        .map(name -> GlobalOptions.path(name).toAbsolutePath().toString())
        .orElse("notary-password");
  }

  private URI tokenServer(String address) {
    try {
      URI written = new URI(address);
      if (address.startsWith(SCHEME)
          && written.getHost() != null
          && written.getRawUserInfo() == null
          && written.getRawFragment() == null) {
        return written;
      }
    } catch (URISyntaxException notAnAddress) {
      // told below, as any other address that will not do
    }
    throw new ParameterException(
        spec.commandLine(),
        "\"" + address + "\" is no token server: write https://host[:port]/path");
  }

  private static String host(String server) {
    String host = server.startsWith(SCHEME) ? server.substring(SCHEME.length()) : server;
    return host.endsWith("/") ? host.substring(0, host.length() - 1) : host;
  }

  private static List<X509Certificate> authorities(String file, Session session) {
    return switch (Pem.certificates(text("--ca", file, session))) {
      case PemList.Loaded<X509Certificate>(List<X509Certificate> certificates) -> certificates;
      case PemList.Refused<X509Certificate>(String why) ->
          throw Failure.usage(
              "--ca: \"" + file + "\": " + why + "; give the authority's certificates as PEM");
    };
  }

  private static String text(String what, String file, Session session) {
    return new String(Inputs.read(what, file, MOST_BYTES, session), StandardCharsets.UTF_8);
  }
}
