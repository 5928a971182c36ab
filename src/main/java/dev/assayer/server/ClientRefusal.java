package dev.assayer.server;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Reads from the JDK's exception why a handshake with a client failed. */
final class ClientRefusal {
  /** Words of the JDK, which has no type for these two; tests hold them for each protocol. */
  private static final String NO_CERTIFICATE = "Empty client certificate chain";

  private static final String NOT_ITS_KEY = "CertificateVerify";

  private static final int MAX_CAUSES = 20;

  private ClientRefusal() {}

  /**
   * The label of {@code assayer_client_auth_failures_total}; empty if the client's certificate was
   * not the reason, as with a client that has no common cipher or does not trust us.
   */
  static Optional<String> reason(SSLException failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains(NO_CERTIFICATE)) {
      return Optional.of("no_cert");
    }
    boolean certificate = message.contains(NOT_ITS_KEY);
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (dates(cause)) {
        return Optional.of("expired");
      }
      certificate |= cause instanceof CertificateException;
      cause = cause.getCause();
    }
    return certificate ? Optional.of("untrusted") : Optional.empty();
  }

  private static boolean dates(Throwable cause) {
    return cause instanceof CertificateExpiredException
        || cause instanceof CertificateNotYetValidException
        || (cause instanceof CertPathValidatorException path
            && (path.getReason() == BasicReason.EXPIRED
                || path.getReason() == BasicReason.NOT_YET_VALID));
  }
}
