package dev.assayer.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a private key from PEM: PKCS#8 ({@code PRIVATE KEY}, RFC 5958), PKCS#1 ({@code RSA PRIVATE
 * KEY}, RFC 8017 appendix A.1.2) or SEC 1 ({@code EC PRIVATE KEY}, RFC 5915). Allowed is what the
 * key policy allows: P-256, P-384, P-521, Ed25519, RSA of 2048 to 8192 bits.
 */
public final class PrivateKeys {
  private static final int MAX_CHARS = 64 << 10;

  private static final String PKCS8 = "PRIVATE KEY";
  private static final String PKCS1 = "RSA PRIVATE KEY";
  private static final String SEC1 = "EC PRIVATE KEY";
  private static final String EC_PARAMETERS = "EC PARAMETERS";

  private PrivateKeys() {}

  /**
   * Reads the one private key of a text. An {@code EC PARAMETERS} block may stand before it, as
   * {@code openssl ecparam -genkey} writes it, and comment lines around it.
   */
  public static PrivateKeyResult fromPem(String text) {
    if (text.length() > MAX_CHARS) {
      return refused("has " + text.length() + " characters, over " + MAX_CHARS);
    }
    if (text.contains("Proc-Type:") || text.contains("DEK-Info:")) {
      return encrypted();
    }
    return switch (PemBlocks.readSecret(text)) {
      case PemBlocks.Read.Bad(String why) -> refused(why);
      case PemBlocks.Read.Blocks(List<PemBlocks.Block> blocks) -> only(blocks);
    };
  }

  private static PrivateKeyResult only(List<PemBlocks.Block> blocks) {
    Optional<PemBlocks.Block> parameters = Optional.empty();
    List<PemBlocks.Block> keys = new ArrayList<>();
    for (PemBlocks.Block block : blocks) {
      switch (block.label()) {
        case EC_PARAMETERS -> parameters = Optional.of(block);
        case PKCS8, PKCS1, SEC1 -> keys.add(block);
        default -> {
          return refused(wrongLabel(block.label()));
        }
      }
    }
    if (keys.isEmpty()) {
      return refused("only names a curve (EC PARAMETERS); the EC PRIVATE KEY block is missing");
    }
    if (keys.size() > 1) {
      return refused("holds " + keys.size() + " private keys; give exactly one");
    }
    PemBlocks.Block key = keys.getFirst();
    try {
      return switch (key.label()) {
        case PKCS1 -> PrivateKeyForms.pkcs1(key.der());
        case SEC1 -> PrivateKeyForms.sec1(key.der(), parameters.map(PemBlocks.Block::der));
        default -> PrivateKeyForms.pkcs8(key.der());
      };
    } catch (DerValue.Malformed malformed) {
      // The cause is left out: nothing of the content may reach a message.
      return refused("holds a block \"" + key.label() + "\" whose content is not such a key");
    }
  }

  private static String wrongLabel(String label) {
    return switch (label) {
      case "ENCRYPTED PRIVATE KEY" -> encrypted().why();
      case "OPENSSH PRIVATE KEY" ->
          "holds a key in OpenSSH's own form; convert a copy with: ssh-keygen -p -m PKCS8 -f FILE";
      case "CERTIFICATE" ->
          "holds a certificate; give the file of its private key (are the two files swapped?)";
      case "PUBLIC KEY", "RSA PUBLIC KEY", "EC PUBLIC KEY" ->
          "holds a public key; give the private key that belongs to the certificate";
      default ->
          "holds a block of type \""
              + Shown.text(label)
              + "\"; expected is PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY";
    };
  }

  private static PrivateKeyResult.Refused encrypted() {
    return refused(
        "is encrypted, and there is no place for its passphrase; decrypt it with:"
            + " openssl pkey -in FILE -out NEWFILE");
  }

  private static PrivateKeyResult.Refused refused(String why) {
    return new PrivateKeyResult.Refused(why);
  }
}
