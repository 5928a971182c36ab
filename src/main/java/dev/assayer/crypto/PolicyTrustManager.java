package dev.assayer.crypto;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The JDK's trust manager, then the key policy and the revocation lists. Extended, so that the JDK
 * hands over the connection and the inner manager can check the host name.
 */
final class PolicyTrustManager extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager inner;
  private final List<X509Certificate> anchors;
  private final List<X509CRL> crls;

  PolicyTrustManager(
      X509ExtendedTrustManager inner, List<X509Certificate> anchors, List<X509CRL> crls) {
    this.inner = inner;
    this.anchors = List.copyOf(anchors);
    this.crls = List.copyOf(crls);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    inner.checkServerTrusted(chain, authType, engine);
    ours(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    inner.checkServerTrusted(chain, authType, socket);
    ours(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    inner.checkServerTrusted(chain, authType);
    ours(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    inner.checkClientTrusted(chain, authType, engine);
    ours(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    inner.checkClientTrusted(chain, authType, socket);
    ours(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    inner.checkClientTrusted(chain, authType);
    ours(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return inner.getAcceptedIssuers();
  }

  private void ours(X509Certificate[] chain) throws CertificateException {
    for (X509Certificate certificate : chain) {
      checkKey("certificate", certificate);
      checkSignature(certificate);
      for (X509CRL crl : crls) {
        if (crl.isRevoked(certificate)) {
          throw new CertificateException("the certificate " + subject(certificate) + " is revoked");
        }
      }
      // The anchor is mostly not part of the peer's chain.
      for (X509Certificate anchor : anchors) {
        if (issued(anchor, certificate)) {
          checkKey("authority", anchor);
        }
      }
    }
  }

  private static void checkKey(String role, X509Certificate certificate)
      throws CertificateException {
    if (VerificationKey.fromCertificate(certificate)
        instanceof KeyResult.Refused(KeyResult.Kind kind, String why)) {
      throw new CertificateException(
          "key policy refuses the " + role + " " + subject(certificate) + ": " + why);
    }
  }

  /** A self-signature proves nothing and need not be strong: trust in it comes from elsewhere. */
  private static void checkSignature(X509Certificate certificate) throws CertificateException {
    if (!CertificateSignatures.allowed(certificate) && !issued(certificate, certificate)) {
      throw new CertificateException(
          "the certificate "
              + subject(certificate)
              + " is signed with "
              + Shown.text(certificate.getSigAlgName()));
    }
  }

  private static boolean issued(X509Certificate anchor, X509Certificate certificate) {
    if (!certificate.getIssuerX500Principal().equals(anchor.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(anchor.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException otherAuthority) {
      return false;
    }
  }

  private static String subject(X509Certificate certificate) {
    return Shown.text(certificate.getSubjectX500Principal().getName());
  }
}
