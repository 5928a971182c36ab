package dev.assayer.remote;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says in words, with a remedy, why a TLS handshake failed. */
final class TlsWords {
  private TlsWords() {}

  static String of(Throwable failure) {
    if (has(failure, CertificateRevokedException.class) || isFor(failure, BasicReason.REVOKED)) {
      return "its certificate is revoked";
    }
    if (has(failure, CertificateExpiredException.class) || isFor(failure, BasicReason.EXPIRED)) {
      return "its certificate is expired; renew it, or check the clock here";
    }
    if (has(failure, CertificateNotYetValidException.class)
        || isFor(failure, BasicReason.NOT_YET_VALID)) {
      return "its certificate is not yet valid; check the clock here";
    }
    if (isFor(failure, BasicReason.ALGORITHM_CONSTRAINED)) {
      return "its certificate uses a weak key or algorithm";
    }
    if (isFor(failure, BasicReason.UNDETERMINED_REVOCATION_STATUS)) {
      return "whether its certificate is revoked cannot be told; the revocation list must cover"
          + " its issuer and be current";
    }
    if (has(failure, CertPathBuilderException.class)
        || has(failure, CertPathValidatorException.class)) {
      return "its certificate leads to no trusted authority; configure the right ca"
          + " (only those given are trusted)";
    }
    Optional<CertificateException> certificate = Failures.find(failure, CertificateException.class);
    if (certificate.isPresent()) {
      return "its certificate was refused: " + message(certificate.get());
    }
    return Failures.find(failure, SSLException.class).map(TlsWords::message).orElse("TLS failed");
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
    return Failures.find(failure, kind).isPresent();
  }

  private static boolean isFor(Throwable failure, BasicReason reason) {
    return Failures.find(failure, CertPathValidatorException.class)
        .filter(invalid -> invalid.getReason() == reason)
        .isPresent();
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : Words.safe(message);
  }
}
