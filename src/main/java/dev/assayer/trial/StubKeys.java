package dev.assayer.trial;

import dev.assayer.crypto.KeyResult;
import dev.assayer.crypto.VerificationKey;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.TufKey;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Key pairs by what they stand for, made when first asked for, so that few cases wait for one. */
final class StubKeys {
  private final Map<String, KeyPair> pairs = new ConcurrentHashMap<>();
  private final Map<Bound, TufKey> certified = new ConcurrentHashMap<>();

  private record Bound(PublicKey key, String gun) {}

  /** The pair that signs what only the server's operator signs. */
  KeyPair online() {
    return pair("online");
  }

  /** The pair that stands for a trust root's key, whose real private half nobody here has. */
  KeyPair root(String validator, String trustRoot) {
    return pair("root " + validator + ' ' + trustRoot);
  }

  /** A root key that nobody has pinned. */
  KeyPair stranger() {
    return pair("stranger");
  }

  KeyPair delegation(String name) {
    return pair("delegation " + name);
  }

  /** This pair in a certificate for a repository. */
  TufKey bound(KeyPair pair, String gun) {
    return certified.computeIfAbsent(
        new Bound(pair.getPublic(), gun), _ -> TufKey.x509(pair, Certificates.leaf(pair, gun)));
  }

  private KeyPair pair(String name) {
    return pairs.computeIfAbsent(name, _ -> KeyKind.ECDSA_P256.generate());
  }

  static VerificationKey publicKey(KeyPair pair) {
    return switch (VerificationKey.fromSpki(pair.getPublic().getEncoded())) {
      case KeyResult.Loaded(VerificationKey key) -> key;
      case KeyResult.Refused(var _, String why) -> throw new IllegalStateException(why);
    };
  }
}
