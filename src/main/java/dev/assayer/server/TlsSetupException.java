package dev.assayer.server;

/**
 * The listener's TLS cannot be set up: a matter of configuration (exit code 2). The message names
 * the file, what is wrong and the remedy, and holds no key material.
 */
public final class TlsSetupException extends Exception {
  private static final long serialVersionUID = 1L;

  TlsSetupException(String message) {
    super(message);
  }
}
