package dev.assayer.crypto;

import java.math.BigInteger;
import java.security.Provider;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies signatures. True means that the provider verified, and that the signature has the exact
 * length and range its scheme asks for; everything else is false, never an exception. A signature
 * is not an identity: for ECDSA {@code (r, n-s)} verifies as well, so nothing may be keyed by it.
 *
 * <p>Immutable and safe for any number of threads.
 */
public final class SignatureVerifier {
  private final Map<SignatureScheme, Engine> engines;

  private SignatureVerifier(Map<SignatureScheme, Engine> engines) {
    this.engines = engines;
  }

  /**
   * For each scheme takes the fastest provider that passes the known-answer test: Corretto
   * (native), else BouncyCastle, else the JDK. Costs tens to hundreds of milliseconds: make one at
   * start.
   *
   * @throws IllegalStateException if no provider verifies some scheme correctly
   */
  public static SignatureVerifier create() {
    return create(List.of(ProviderChoice.values()));
  }

  static SignatureVerifier create(List<ProviderChoice> choices) {
    Map<SignatureScheme, Engine> engines = new EnumMap<>(SignatureScheme.class);
    Map<ProviderChoice, Optional<Provider>> loaded = new EnumMap<>(ProviderChoice.class);
    for (SignatureScheme scheme : SignatureScheme.values()) {
      engines.put(scheme, firstThatKnowsTheAnswers(scheme, choices, loaded));
    }
    return new SignatureVerifier(engines);
  }

  private static Engine firstThatKnowsTheAnswers(
      SignatureScheme scheme,
      List<ProviderChoice> choices,
      Map<ProviderChoice, Optional<Provider>> loaded) {
    for (ProviderChoice choice : choices) {
      // The JDK has a provider per scheme; the others are one object, slow to make.
      Optional<Provider> provider =
          choice == ProviderChoice.JDK
              ? choice.load(scheme)
              : loaded.computeIfAbsent(choice, chosen -> chosen.load(scheme));
      if (provider.isPresent()) {
        Engine engine = new Engine(scheme, choice.algorithm(scheme), provider.get());
        if (KnownAnswers.passedBy(engine)) {
          return engine;
        }
      }
    }
    throw new IllegalStateException(
        "no provider of " + choices + " verifies " + scheme + " correctly");
  }

  /**
   * Whether {@code signature} is a valid signature of {@code message} by {@code key}.
   *
   * @param signature in the form that {@link SignatureScheme} describes
   */
  public boolean verify(
      VerificationKey key, SignatureScheme scheme, byte[] message, byte[] signature) {
    Engine engine = engines.get(scheme);
    return engine != null
        && scheme.compatibleWith(key.type())
        && wellFormed(key, scheme, signature)
        && engine.verify(key, message, signature);
  }

  /** Name and version of the provider of ECDSA, for logs. */
  public String providerName() {
    return providerName(SignatureScheme.ECDSA_SHA256);
  }

  /** Name and version of the provider of this scheme. */
  public String providerName(SignatureScheme scheme) {
    Engine engine = engines.get(scheme);
    return engine == null ? "none" : engine.providerName();
  }

  /** The names of all providers in use, without repetition. */
  public List<String> providerNames() {
    return engines.values().stream().map(Engine::providerName).distinct().toList();
  }

  private static boolean wellFormed(VerificationKey key, SignatureScheme scheme, byte[] signature) {
    return switch (scheme) {
      case ECDSA_SHA256 ->
          Curve.of(key.type()).filter(curve -> rawEcdsaInRange(curve, signature)).isPresent();
      case RSA_PSS_SHA256, RSA_PKCS1_SHA256 -> signature.length == (key.bits() + 7) / 8;
      case ED25519 ->
          signature.length == Ed25519.SIGNATURE_BYTES && Ed25519.scalarInRange(signature);
    };
  }

  /** r and s from 1 to n-1 (FIPS 186-5 section 6.4.2); r = s = 0 is CVE-2022-21449. */
  private static boolean rawEcdsaInRange(Curve curve, byte[] signature) {
    int width = curve.width();
    return signature.length == 2 * width
        && inRange(curve, Arrays.copyOfRange(signature, 0, width))
        && inRange(curve, Arrays.copyOfRange(signature, width, 2 * width));
  }

  private static boolean inRange(Curve curve, byte[] number) {
    BigInteger value = new BigInteger(1, number);
    return value.signum() > 0 && value.compareTo(curve.order()) < 0;
  }
}
