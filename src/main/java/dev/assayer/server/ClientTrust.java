package dev.assayer.server;

import dev.assayer.crypto.TlsTrust;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which clients may connect: those whose chain leads to one of the authorities by our rules, and
 * the holder of the self-test's certificate, known by its exact bytes. Never used to judge servers.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private final List<X509Certificate> authorities;
  private final X509ExtendedTrustManager rules;
  private final SelfTestClient selfTest;

  /**
   * Trusts clients.
   *
   * @param authorities those that are valid now; with none only the self-test gets in
   */
  ClientTrust(List<X509Certificate> authorities, SelfTestClient selfTest) {
    this.authorities = List.copyOf(authorities);
    this.rules = TlsTrust.only(authorities).checksOfClients();
    this.selfTest = selfTest;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (chain.length == 1 && selfTest.is(chain[0])) {
      return;
    }
    if (authorities.isEmpty()) {
      throw new CertificateExpiredException("no client authority is valid now");
    }
    rules.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.toArray(new X509Certificate[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw engineOnly();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw engineOnly();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw engineOnly();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw engineOnly();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw engineOnly();
  }

  private static CertificateException engineOnly() {
    return new CertificateException("only clients are trusted here, and through an engine");
  }
}
