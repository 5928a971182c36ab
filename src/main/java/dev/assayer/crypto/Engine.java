package dev.assayer.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** One scheme in one provider: the bare verification, without the checks of form made before. */
record Engine(SignatureScheme scheme, String algorithm, Provider provider) {
  private static final PSSParameterSpec PSS =
      new PSSParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

  /** Whether the provider says that it verifies; its exceptions mean no. */
  boolean verify(VerificationKey key, byte[] message, byte[] signature) {
    try {
      Signature verification = Signature.getInstance(algorithm, provider);
      if (scheme == SignatureScheme.RSA_PSS_SHA256) {
        verification.setParameter(PSS);
      }
      verification.initVerify(key.forProvider(provider));
      verification.update(message);
      return verification.verify(signature);
    } catch (GeneralSecurityException | RuntimeException refused) {
      return false;
    }
  }

  String providerName() {
    return provider.getName() + " " + provider.getVersionStr();
  }
}
