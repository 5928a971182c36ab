package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SigningCertificateTest {
  private static final TestPki.Holder ROOT = TestPki.ca("CN=Root");
  private static final TestPki.Holder MIDDLE =
      ROOT.issue("CN=Middle", TestPki.p256()).authority().make();
  private static final TestPki.Holder LEAF =
      MIDDLE.issue("CN=docker.io/library/app", TestPki.p256()).make();

  private static SigningCertificate bundled(TestPki.Holder... holders) {
    X509Certificate[] all =
        Arrays.stream(holders).map(TestPki.Holder::certificate).toArray(X509Certificate[]::new);
    CertificateResult result = SigningCertificate.fromPemBundle(TestPki.bundle(all));
    assertThat(result).isInstanceOf(CertificateResult.Loaded.class);
    return ((CertificateResult.Loaded) result).certificate();
  }

  private static SigningCertificate facts(TestPki.Holder holder) throws Exception {
    return TestPki.facts(holder.certificate());
  }

  private static void untrusted(
      SigningCertificate leaf, TestPki.Holder anchor, ChainResult.Problem problem)
      throws Exception {
    assertThat(leaf.chainTo(facts(anchor), TestPki.NOW))
        .isInstanceOfSatisfying(
            ChainResult.Untrusted.class,
            result -> assertThat(result.problem()).as(result.why()).isEqualTo(problem));
  }

  @Test
  void aBundleIsItsLeafWithIntermediates() {
    SigningCertificate leaf = bundled(LEAF, MIDDLE);

    assertThat(leaf.subjectCommonNames()).containsExactly("docker.io/library/app");
    assertThat(leaf.intermediates()).hasSize(1);
    assertThat(leaf.isCa()).isFalse();
    assertThat(leaf.key()).isInstanceOf(KeyResult.Loaded.class);
    assertThat(leaf.notAfter()).isAfter(leaf.notBefore());
    assertThat(leaf.validAt(leaf.notAfter())).isTrue();
    assertThat(leaf.validAt(leaf.notAfter().plusNanos(1))).isFalse();
    assertThat(leaf.validAt(leaf.notBefore())).isTrue();
    assertThat(leaf.validAt(leaf.notBefore().minusNanos(1))).isFalse();
  }

  @Test
  void bundlesWithASecondLeafAreRefused() {
    TestPki.Holder other = ROOT.issue("CN=other", TestPki.p256()).make();
    for (byte[] bad :
        List.of(
            TestPki.bundle(MIDDLE.certificate(), LEAF.certificate()),
            TestPki.bundle(LEAF.certificate(), other.certificate()),
            TestPki.bundle(),
            TestPki.pem("PUBLIC KEY", LEAF.keys().getPublic().getEncoded())
                .getBytes(StandardCharsets.US_ASCII),
            new byte[] {(byte) 0xff, 0, 1})) {
      assertThat(SigningCertificate.fromPemBundle(bad))
          .isInstanceOf(CertificateResult.Refused.class);
    }
  }

  @Test
  void aSelfSignedDelegationCertificateMaySayThatItIsACa() {
    CertificateResult result = SigningCertificate.fromPemBundle(TestPki.bundle(ROOT.certificate()));
    assertThat(result)
        .isInstanceOfSatisfying(
            CertificateResult.Loaded.class,
            loaded -> assertThat(loaded.certificate().isCa()).isTrue());
  }

  @Test
  @DisplayName("TUF-20 odd common names come out exactly: NUL, wildcard, two of them")
  void commonNamesAreExact() throws Exception {
    assertThat(
            facts(ROOT.issue("CN=docker.io/a\0.evil", TestPki.p256()).make()).subjectCommonNames())
        .containsExactly("docker.io/a\0.evil");
    assertThat(facts(ROOT.issue("CN=*", TestPki.p256()).make()).subjectCommonNames())
        .containsExactly("*");
    assertThat(facts(ROOT.issue("CN=b,O=x,CN=a", TestPki.p256()).make()).subjectCommonNames())
        .containsExactly("b", "a");
    assertThat(facts(ROOT.issue("CN=b+CN=a", TestPki.p256()).make()).subjectCommonNames())
        .containsExactlyInAnyOrder("b", "a");
    assertThat(facts(ROOT.issue("O=none", TestPki.p256()).make()).subjectCommonNames()).isEmpty();
    assertThat(facts(ROOT.issue("CN=x\0\u202ey", TestPki.p256()).make()).subject().chars())
        .allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  @Test
  void aChainThroughIntermediatesIsTrusted() throws Exception {
    assertThat(bundled(LEAF, MIDDLE).chainTo(facts(ROOT), TestPki.NOW))
        .isEqualTo(new ChainResult.Trusted());
    assertThat(bundled(LEAF).chainTo(facts(MIDDLE), TestPki.NOW))
        .isEqualTo(new ChainResult.Trusted());
    assertThat(bundled(LEAF).chainTo(facts(LEAF), TestPki.NOW))
        .isEqualTo(new ChainResult.Trusted());
    TestPki.Holder ed = TestPki.selfSigned("CN=Ed", TestPki.ed25519()).authority().make();
    assertThat(bundled(ed.issue("CN=x", TestPki.rsa(2048)).make()).chainTo(facts(ed), TestPki.NOW))
        .isEqualTo(new ChainResult.Trusted());
  }

  @Test
  void aMissingLinkOrAnotherAuthorityOfTheSameNameIsNoPath() throws Exception {
    untrusted(bundled(LEAF), ROOT, ChainResult.Problem.NO_PATH);
    untrusted(bundled(LEAF, MIDDLE), TestPki.ca("CN=Root"), ChainResult.Problem.NO_PATH);
  }

  @Test
  @DisplayName("TUF-20 a certificate that names itself as issuer but is signed by another key")
  void selfIssuedByAnotherKeyIsNotSelfSigned() throws Exception {
    TestPki.Holder honest = TestPki.selfSigned("CN=docker.io/library/app", TestPki.p256()).make();
    TestPki.Holder forged =
        new TestPki.Holder(honest.certificate(), TestPki.p256())
            .issue("CN=docker.io/library/app", TestPki.p256())
            .make();

    assertThat(facts(honest).signedBy(facts(honest))).isTrue();
    assertThat(facts(forged).signedBy(facts(forged))).isFalse();
    assertThat(facts(LEAF).signedBy(facts(MIDDLE))).isTrue();
    assertThat(facts(LEAF).signedBy(facts(ROOT))).isFalse();
  }

  @Test
  void anExpiredLinkOrAnchorBreaksTheChain() throws Exception {
    TestPki.Holder old =
        ROOT.issue("CN=Old", TestPki.p256())
            .authority()
            .valid(TestPki.NOW.minus(Duration.ofDays(9)), TestPki.NOW.minus(Duration.ofDays(1)))
            .make();
    TestPki.Holder oldRoot =
        TestPki.selfSigned("CN=Old root", TestPki.p256())
            .authority()
            .valid(TestPki.NOW.minus(Duration.ofDays(9)), TestPki.NOW.minus(Duration.ofDays(1)))
            .make();

    untrusted(
        bundled(old.issue("CN=x", TestPki.p256()).make(), old), ROOT, ChainResult.Problem.EXPIRED);
    untrusted(
        bundled(oldRoot.issue("CN=x", TestPki.p256()).make()),
        oldRoot,
        ChainResult.Problem.EXPIRED);
    TestPki.Holder future =
        ROOT.issue("CN=x", TestPki.p256())
            .valid(TestPki.NOW.plus(Duration.ofDays(1)), TestPki.NOW.plus(Duration.ofDays(2)))
            .make();
    untrusted(bundled(future), ROOT, ChainResult.Problem.EXPIRED);
  }

  @Test
  @DisplayName("CRY-11 a certificate signed with SHA-1, MD5 or SHA-224 breaks the chain")
  void weakCertificateSignaturesBreakTheChain() throws Exception {
    TestPki.Holder rsa = TestPki.selfSigned("CN=RSA", TestPki.rsa(2048)).authority().make();
    for (String weak :
        List.of("SHA1withRSA", "MD5withRSA", "SHA224withRSA", "SHA1withRSAandMGF1")) {
      TestPki.Holder leaf = rsa.issue("CN=x", TestPki.p256()).signedWith(weak).make();
      assertThat(facts(leaf).hasStrongSignature()).as(weak).isFalse();
      assertThat(facts(leaf).signedBy(facts(rsa))).as(weak).isFalse();
      untrusted(bundled(leaf), rsa, ChainResult.Problem.WEAK_SIGNATURE);
    }
    for (String strong :
        List.of("SHA256withRSA", "SHA384withRSA", "SHA512withRSA", "SHA256withRSAandMGF1")) {
      TestPki.Holder leaf = rsa.issue("CN=x", TestPki.p256()).signedWith(strong).make();
      assertThat(bundled(leaf).chainTo(facts(rsa), TestPki.NOW))
          .as(strong)
          .isEqualTo(new ChainResult.Trusted());
    }
    TestPki.Holder sha1 = ROOT.issue("CN=x", TestPki.p256()).signedWith("SHA1withECDSA").make();
    untrusted(bundled(sha1), ROOT, ChainResult.Problem.WEAK_SIGNATURE);
  }

  @Test
  @DisplayName("CRY-06 a chain with a 1024-bit RSA key anywhere is broken")
  void weakKeysBreakTheChain() throws Exception {
    TestPki.Holder weakRoot = TestPki.selfSigned("CN=Weak", TestPki.rsa(1024)).authority().make();
    untrusted(
        bundled(weakRoot.issue("CN=x", TestPki.p256()).make()),
        weakRoot,
        ChainResult.Problem.KEY_NOT_ALLOWED);
    TestPki.Holder weakLeaf = ROOT.issue("CN=x", TestPki.rsa(1024)).make();
    untrusted(bundled(weakLeaf), ROOT, ChainResult.Problem.KEY_NOT_ALLOWED);
    TestPki.Holder weakMiddle = ROOT.issue("CN=Middle", TestPki.rsa(1024)).authority().make();
    untrusted(
        bundled(weakMiddle.issue("CN=x", TestPki.p256()).make(), weakMiddle),
        ROOT,
        ChainResult.Problem.KEY_NOT_ALLOWED);
  }

  @Test
  void aLeafCannotIssue() throws Exception {
    TestPki.Holder leaf = ROOT.issue("CN=leaf", TestPki.p256()).make();
    untrusted(
        bundled(leaf.issue("CN=x", TestPki.p256()).make()), leaf, ChainResult.Problem.NOT_A_CA);
  }

  @Test
  void hostileBytesGiveAResultAndNoException() throws Exception {
    byte[] good = LEAF.certificate().getEncoded();
    for (int i = 0; i < good.length; i++) {
      assertThat(SigningCertificate.fromDer(Arrays.copyOf(good, i)))
          .isInstanceOf(CertificateResult.Refused.class);
      byte[] flipped = good.clone();
      flipped[i] ^= (byte) 0x81;
      if (SigningCertificate.fromDer(flipped)
          instanceof CertificateResult.Loaded(SigningCertificate certificate)) {
        assertThat(certificate.signedBy(facts(MIDDLE))).as("byte %d", i).isFalse();
        assertThat(certificate.toString()).isNotEmpty();
        assertThat(certificate.subjectCommonNames()).isNotNull();
      }
    }
    byte[] deep = new byte[60_000];
    for (int i = 0; i + 4 <= deep.length; i += 4) {
      int rest = deep.length - i - 4;
      deep[i] = 0x30;
      deep[i + 1] = (byte) 0x82;
      deep[i + 2] = (byte) (rest >> 8);
      deep[i + 3] = (byte) rest;
    }
    assertThat(SigningCertificate.fromDer(deep)).isInstanceOf(CertificateResult.Refused.class);
    assertThat(SigningCertificate.fromDer(new byte[70_000]))
        .isInstanceOf(CertificateResult.Refused.class);
  }
}
