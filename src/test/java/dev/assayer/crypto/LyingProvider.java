package dev.assayer.crypto;

import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;

/** A provider whose one signature algorithm gives the same answer to everything. */
final class LyingProvider extends Provider {
  private static final long serialVersionUID = 1L;

  LyingProvider(boolean answer, String algorithm) {
    super("Liar", "1", "always " + answer);
    putService(
        new Service(this, "Signature", algorithm, "none", null, null) {
          @Override
          public Object newInstance(Object parameter) {
            return new Always(answer);
          }
        });
  }

  private static final class Always extends SignatureSpi {
    private final boolean answer;

    Always(boolean answer) {
      this.answer = answer;
    }

    @Override
    protected boolean engineVerify(byte[] signature) {
      return answer;
    }

    @Override
    protected void engineInitVerify(PublicKey key) {}

    @Override
    protected void engineInitSign(PrivateKey key) {}

    @Override
    protected void engineUpdate(byte b) {}

    @Override
    protected void engineUpdate(byte[] bytes, int from, int length) {}

    @Override
    protected byte[] engineSign() {
      return new byte[0];
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) {}

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {}

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    protected Object engineGetParameter(String name) {
      return name;
    }
  }
}
