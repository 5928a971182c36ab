package dev.assayer.config;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A Notary v1 server.
 *
 * @param name the name that rules use
 * @param line line of the entry in the file
 * @param host {@code host[:port]}, lower case, without scheme or path
 * @param trustRoots pinned root keys and certificates
 * @param allowUnboundRoot whether root keys that bind no repository are accepted
 * @param ca certificates that are the only trust anchors for this host; empty: the system's
 * @param auth how to prove ourselves; empty: anonymous
 * @param healthCheck whether this server's health plays a part in readiness
 */
public record NotaryV1Config(
    String name,
    int line,
    String host,
    List<TrustRoot> trustRoots,
    boolean allowUnboundRoot,
    List<X509Certificate> ca,
    Optional<AuthConfig> auth,
    boolean healthCheck)
    implements ValidatorConfig {

  /** Copies the lists. */
  public NotaryV1Config {
    trustRoots = List.copyOf(trustRoots);
    ca = List.copyOf(ca);
  }

  @Override
  public String type() {
    return "notaryV1";
  }
}
