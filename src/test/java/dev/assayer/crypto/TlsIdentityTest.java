package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.TlsIdentityResult.Part;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TlsIdentityTest {
  private static final TestPki.Holder CA = TestPki.ca("CN=Root");
  private static final TestPki.Holder MIDDLE =
      CA.issue("CN=Middle", TestPki.p256()).authority().make();
  private static final TestPki.Holder LEAF = MIDDLE.issue("CN=webhook", TestPki.p256()).make();

  private static String pem(X509Certificate... certificates) {
    return Arrays.stream(certificates).map(TestPki::pem).collect(Collectors.joining());
  }

  private static String key(KeyPair pair) {
    return KeyForms.of(pair).get("PKCS#8");
  }

  private static TlsIdentity loaded(TestPki.Holder leaf, X509Certificate... chain) {
    TlsIdentityResult result = TlsIdentity.ofServer(pem(chain), key(leaf.keys()));
    assertThat(result).isInstanceOf(TlsIdentityResult.Loaded.class);
    return ((TlsIdentityResult.Loaded) result).identity();
  }

  private static TlsIdentityResult.Refused refused(String certificates, String key) {
    TlsIdentityResult result = TlsIdentity.ofServer(certificates, key);
    assertThat(result).isInstanceOf(TlsIdentityResult.Refused.class);
    return (TlsIdentityResult.Refused) result;
  }

  @Test
  void aChainInOrderIsServedAsItIs() {
    TlsIdentity identity = loaded(LEAF, LEAF.certificate(), MIDDLE.certificate());

    assertThat(identity.chain()).containsExactly(LEAF.certificate(), MIDDLE.certificate());
    assertThat(identity.warnings()).isEmpty();
    assertThat(identity.notAfter()).isEqualTo(LEAF.certificate().getNotAfter().toInstant());
    assertThat(identity.toString())
        .contains("CN=webhook, serial ", "valid 20", "key ecdsa-p256")
        .doesNotContain("PRIVATE");
  }

  @Test
  void aChainInAnotherOrderIsPutLeafFirst() {
    TlsIdentity identity = loaded(LEAF, CA.certificate(), LEAF.certificate(), MIDDLE.certificate());

    assertThat(identity.chain())
        .containsExactly(LEAF.certificate(), MIDDLE.certificate(), CA.certificate());
    assertThat(identity.warnings()).singleElement().asString().contains("not in order");
  }

  @Test
  void strangersInTheFileAreLeftOut() {
    TestPki.Holder stranger = TestPki.ca("CN=Root");
    TlsIdentity identity =
        loaded(LEAF, LEAF.certificate(), stranger.certificate(), MIDDLE.certificate());

    assertThat(identity.chain()).containsExactly(LEAF.certificate(), MIDDLE.certificate());
    assertThat(identity.warnings()).singleElement().asString().contains("1 certificates");
  }

  @Test
  @DisplayName("OPS-08 a key of another certificate is a mismatch, also on the same curve")
  void aKeyThatBelongsToNoneIsAMismatch() {
    for (KeyPair other : new KeyPair[] {TestPki.p256(), TestPki.rsa(2048), TestPki.ed25519()}) {
      TlsIdentityResult.Refused refused = refused(pem(LEAF.certificate()), key(other));

      assertThat(refused.part()).isEqualTo(Part.PAIR);
      assertThat(refused.why()).contains("belongs to none of the certificates", "CN=webhook");
    }
  }

  @Test
  void eachPartIsBlamedForItself() {
    String certificate = pem(LEAF.certificate());
    String key = key(LEAF.keys());

    assertThat(refused("", key).part()).isEqualTo(Part.CERTIFICATE);
    assertThat(refused(certificate, "").part()).isEqualTo(Part.KEY);
    assertThat(refused(key, certificate).part()).isEqualTo(Part.CERTIFICATE);
    assertThat(refused(key, certificate).why()).contains("holds a private key", "swapped");
    assertThat(refused(certificate.substring(0, 300), key).why()).contains("has no END line");
    assertThat(refused(TestPki.pem("CERTIFICATE", new byte[] {1, 2}), key).why())
        .contains("block 1 is not a certificate");
    assertThat(refused(TestPki.pem("X509 CRL", new byte[] {1}), key).why())
        .contains("\"X509 CRL\", not CERTIFICATE");
    assertThat(refused(certificate.repeat(101), key).why()).contains("101 certificates");
  }

  @Test
  @DisplayName("CRY-06 CRY-11 weak keys and signatures above the leaf are refused")
  void weakChainsAreRefused() {
    TestPki.Holder weak = CA.issue("CN=weak", TestPki.rsa(1024)).authority().make();
    TestPki.Holder below = weak.issue("CN=below", TestPki.p256()).make();
    TlsIdentityResult.Refused small =
        refused(pem(below.certificate(), weak.certificate()), key(below.keys()));
    assertThat(small.part()).isEqualTo(Part.CERTIFICATE);
    assertThat(small.why()).contains("CN=weak is not allowed", "1024 bits");

    TestPki.Holder sha1 = CA.issue("CN=sha1", TestPki.p256()).signedWith("SHA1withECDSA").make();
    assertThat(refused(pem(sha1.certificate()), key(sha1.keys())).why())
        .contains("CN=sha1 is signed with SHA1withECDSA", "have a new one issued");
  }

  @Test
  void theDatesAreFacts() {
    TestPki.Holder old =
        CA.issue("CN=old", TestPki.p256())
            .valid(TestPki.NOW.minus(Duration.ofDays(9)), TestPki.NOW.minus(Duration.ofDays(1)))
            .make();
    TlsIdentity identity = loaded(old, old.certificate());

    assertThat(identity.validAt(TestPki.NOW)).isFalse();
    assertThat(identity.validAt(TestPki.NOW.minus(Duration.ofDays(2)))).isTrue();
  }

  @Test
  void authoritiesAreCasOnly() {
    assertThat(TlsCertificates.authorities(pem(CA.certificate(), MIDDLE.certificate())))
        .isInstanceOf(PemList.Loaded.class);
    assertThat(why(pem(CA.certificate(), LEAF.certificate()))).contains("CN=webhook is not a CA");
    TestPki.Holder weak = TestPki.selfSigned("CN=weak", TestPki.rsa(1024)).authority().make();
    assertThat(why(pem(weak.certificate()))).contains("1024 bits");
    assertThat(why("")).contains("no PEM block");
  }

  private static String why(String text) {
    return TlsCertificates.authorities(text) instanceof PemList.Refused<X509Certificate>(String why)
        ? why
        : "not refused";
  }

  @Test
  void aSelfSignedClientIsAGoodCertificateInTheEyesOfAnotherLibrary() throws Exception {
    X509Certificate made = SelfSignedClient.create("me", TestPki.NOW).certificate();
    SigningCertificate facts = TestPki.facts(made);

    assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=me");
    assertThat(facts.subjectCommonNames()).containsExactly("me");
    assertThat(facts.signedBy(facts)).isTrue();
    assertThat(facts.isCa()).isFalse();
    assertThat(facts.notBefore()).isBetween(TestPki.NOW.minusSeconds(1), TestPki.NOW);
    assertThat(facts.notAfter()).isAfter(TestPki.NOW.plus(Duration.ofDays(365_000)));
    assertThat(made.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(made.getKeyUsage()).startsWith(true, false);
    assertThat(made).isNotEqualTo(SelfSignedClient.create("me", TestPki.NOW).certificate());
  }
}
