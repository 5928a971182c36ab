package dev.assayer.crypto;

/** The kinds of key that the key policy allows. */
public enum KeyType {
  EC_P256,
  EC_P384,
  EC_P521,
  RSA,
  ED25519
}
