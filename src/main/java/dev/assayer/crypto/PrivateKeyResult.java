package dev.assayer.crypto;

import java.security.PrivateKey;

/** Outcome of loading a private key. */
public sealed interface PrivateKeyResult {
  /**
   * The key passed the policy.
   *
   * @param key an object of the JDK's own providers, so that the JDK's TLS can use it
   * @param description kind and size, such as {@code ecdsa-p256}
   */
  record Loaded(PrivateKey key, String description) implements PrivateKeyResult {
    /** The kind of key only. */
    @Override
    public String toString() {
      return description;
    }
  }

  /**
   * There is no usable key.
   *
   * @param why one clause that names what was found and the remedy, without key material
   */
  record Refused(String why) implements PrivateKeyResult {}
}
