package dev.assayer.crypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom one side of a TLS connection believes: either the JDK's own authorities, or only the given
 * ones. Beyond the JDK's checks each certificate of the peer, and a given authority above it, must
 * pass the key policy, be signed with an allowed algorithm, and stand in none of the given
 * revocation lists. Immutable.
 */
public final class TlsTrust {
  private final @Nullable List<X509Certificate> anchors;
  private final List<X509CRL> crls;

  private TlsTrust(@Nullable List<X509Certificate> anchors, List<X509CRL> crls) {
    this.anchors = anchors;
    this.crls = crls;
  }

  /** Trusts the authorities that the JDK trusts. */
  public static TlsTrust jdkDefaults() {
    return new TlsTrust(null, List.of());
  }

  /**
   * Trusts only these authorities, and nobody if there are none.
   *
   * @param anchors CA certificates, or server certificates pinned as they are
   */
  public static TlsTrust only(List<X509Certificate> anchors) {
    return new TlsTrust(List.copyOf(anchors), List.of());
  }

  /**
   * The same trust, less what these lists revoke. They are believed like the anchors, as the
   * operator's own input: matched by issuer name and serial number, whatever their age.
   */
  public TlsTrust withCrls(List<X509CRL> lists) {
    return new TlsTrust(anchors, Stream.concat(crls.stream(), lists.stream()).toList());
  }

  /**
   * A context for clients. Use it with {@link #clientParameters}: without an endpoint
   * identification algorithm no host name is checked.
   *
   * @throws IllegalStateException if the JDK cannot make one
   */
  public SSLContext clientContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trustManager()}, null);
      return context;
    } catch (GeneralSecurityException | IOException unusable) {
      throw new IllegalStateException("cannot make a TLS context", unusable);
    }
  }

  /**
   * The checks for a server that asks its clients for certificates: the chain, its dates, that the
   * leaf is for TLS clients, and the policy of this class. With no authority at all every check
   * fails.
   *
   * @throws IllegalStateException if the JDK cannot make one
   */
  public X509ExtendedTrustManager checksOfClients() {
    try {
      return trustManager();
    } catch (GeneralSecurityException | IOException unusable) {
      throw new IllegalStateException("cannot make a trust manager", unusable);
    }
  }

  PolicyTrustManager trustManager() throws GeneralSecurityException, IOException {
    List<X509Certificate> given = anchors == null ? List.of() : anchors;
    return new PolicyTrustManager(jdkManager(), given, crls);
  }

  /** TLS 1.3 and 1.2, host names checked as for HTTPS (RFC 2818, RFC 9110 section 4.3.4). */
  public static SSLParameters clientParameters() {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  private X509ExtendedTrustManager jdkManager() throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store());
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("no X509ExtendedTrustManager");
  }

  /** Null stands for the JDK's default store in {@link TrustManagerFactory#init}. */
  private @Nullable KeyStore store() throws GeneralSecurityException, IOException {
    if (anchors == null) {
      return null;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < anchors.size(); i++) {
      store.setCertificateEntry("anchor-" + i, anchors.get(i));
    }
    return store;
  }
}
