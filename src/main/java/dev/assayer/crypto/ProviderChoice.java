package dev.assayer.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The sources of signature code, fastest first. Made as objects, never registered globally. */
enum ProviderChoice {
  /** Native code; absent on a platform whose library is not on the class path. */
  CORRETTO("SHA256withECDSAinP1363Format"),
  BOUNCY_CASTLE("SHA256withPLAIN-ECDSA"),
  JDK("SHA256withECDSAinP1363Format");

  private final String ecdsa;

  ProviderChoice(String ecdsa) {
    this.ecdsa = ecdsa;
  }

  /** The JCA name of a scheme in this provider. */
  String algorithm(SignatureScheme scheme) {
    return switch (scheme) {
      case ECDSA_SHA256 -> ecdsa;
      case RSA_PSS_SHA256 -> "RSASSA-PSS";
      case RSA_PKCS1_SHA256 -> "SHA256withRSA";
      case ED25519 -> "Ed25519";
    };
  }

  /** The provider that has this scheme, or empty if it cannot be loaded here. */
  Optional<Provider> load(SignatureScheme scheme) {
    try {
      return switch (this) {
        case CORRETTO -> corretto();
        case BOUNCY_CASTLE -> Optional.of(new BouncyCastleProvider());
        case JDK -> jdk(scheme);
      };
    } catch (RuntimeException | LinkageError unavailable) {
      return Optional.empty();
    }
  }

  private static Optional<Provider> corretto() {
    AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
    return provider.getLoadingError() == null ? Optional.of(provider) : Optional.empty();
  }

  private static Optional<Provider> jdk(SignatureScheme scheme) {
    String name =
        switch (scheme) {
          case ECDSA_SHA256, ED25519 -> "SunEC";
          case RSA_PSS_SHA256, RSA_PKCS1_SHA256 -> "SunRsaSign";
        };
    return Optional.ofNullable(Security.getProvider(name));
  }
}
