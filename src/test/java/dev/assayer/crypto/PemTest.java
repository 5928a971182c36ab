package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PemTest {
  private static final KeyPair KEYS = TestPki.p256();
  private static final String KEY = TestPki.pem("PUBLIC KEY", KEYS.getPublic().getEncoded());

  private static void loadsTheKey(String text) {
    assertThat(Pem.publicKeyOrCertificate(text))
        .isEqualTo(new TrustMaterial.BareKey(TestPki.key(KEYS)));
  }

  private static String refusal(String text) {
    TrustMaterial result = Pem.publicKeyOrCertificate(text);
    assertThat(result).as(text).isInstanceOf(TrustMaterial.Refused.class);
    String why = ((TrustMaterial.Refused) result).why();
    assertThat(why.chars()).allMatch(c -> c >= 0x20 && c < 0x7f);
    return why;
  }

  @Test
  void aPublicKeyIsReadAndWrittenBack() {
    loadsTheKey(KEY);
    loadsTheKey("\n\n  \n" + KEY + "\n \t\n");
    assertThat(Pem.encodePublicKey(TestPki.key(KEYS))).isEqualTo(KEY);
  }

  @Test
  @DisplayName("CRY-13 CRLF line ends and trailing blanks make no other block")
  void crlfIsAccepted() {
    loadsTheKey(KEY.replace("\n", "\r\n"));
    loadsTheKey(KEY.replace("\n", "  \n"));
    loadsTheKey(KEY.stripTrailing());
  }

  @Test
  @DisplayName("CRY-13 two blocks in one trust root are refused")
  void twoBlocksAreRefused() {
    assertThat(refusal(KEY + KEY)).contains("holds 2 PEM blocks");
    assertThat(refusal(KEY + TestPki.pem("CERTIFICATE", new byte[] {1}))).contains("exactly one");
  }

  @Test
  @DisplayName("CRY-13 a byte order mark, text around and look-alike letters are refused")
  void anythingAroundTheBlockIsRefused() {
    assertThat(refusal("\ufeff" + KEY)).contains("byte order mark");
    assertThat(refusal("my key:\n" + KEY)).contains("line 1 is not part");
    assertThat(refusal(KEY + "trailing")).contains("is not part of a PEM block");
    assertThat(refusal(KEY.replace("BEGIN", "B\u0415GIN"))).contains("line 1 holds U+0415");
    assertThat(refusal(KEY.replaceFirst("-----BEGIN", "\u2010----BEGIN"))).contains("U+2010");
    assertThat(refusal(KEY.replace("PUBLIC KEY", "PUBLI\u0421 KEY"))).contains("not valid PEM");
    assertThat(refusal(" " + KEY)).contains("line 1");
    assertThat(refusal("")).contains("holds no PEM block");
    assertThat(refusal("ssh-ed25519 AAAAC3Nz user")).contains("line 1");
  }

  @Test
  @DisplayName("CRY-13 a block that is cut, mislabelled or not plain base64 is refused")
  void damagedBlocksAreRefused() {
    assertThat(refusal(KEY.replace("-----END PUBLIC KEY-----\n", ""))).contains("no END line");
    assertThat(refusal(KEY.replace("END PUBLIC", "END RSA PUBLIC"))).contains("not valid PEM");
    assertThat(refusal("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"))
        .contains("not valid PEM");
    assertThat(refusal(KEY.replace("-----\nM", "-----\nProc-Type: 4\n\nM"))).contains("not valid");
    assertThat(refusal(KEY.replace("=", ""))).contains("not valid PEM");
    assertThat(refusal(KEY.replace("-----END", "====\n-----END"))).contains("not valid PEM");
    assertThat(refusal("-----BEGIN PUBLIC KEY-----\nMFkwE\u0410==\n-----END PUBLIC KEY-----\n"))
        .contains("not valid PEM");
    assertThat(refusal("-----BEGIN PUBLIC KEY-----\nAB==\n-----END PUBLIC KEY-----\n"))
        .contains("not valid PEM");
    assertThat(refusal("x".repeat(100_000))).contains("100000 characters");
  }

  @Test
  @DisplayName("CRY-09 a private key pasted as trust root is refused and never shown")
  void privateKeyIsRefusedUnseen() throws Exception {
    byte[] pkcs8 = KEYS.getPrivate().getEncoded();
    byte[] sec1 =
        PrivateKeyInfo.getInstance(pkcs8).parsePrivateKey().toASN1Primitive().getEncoded();
    for (String text :
        List.of(
            TestPki.pem("PRIVATE KEY", pkcs8),
            TestPki.pem("ENCRYPTED PRIVATE KEY", pkcs8),
            TestPki.pem("RSA PRIVATE KEY", pkcs8),
            TestPki.pem("EC PRIVATE KEY", sec1),
            TestPki.pem("OPENSSH PRIVATE KEY", pkcs8),
            KEY + TestPki.pem("EC PRIVATE KEY", sec1),
            "-----BEGIN PRIVATE KEY-----" + TestPki.pem("X", pkcs8))) {
      String why = refusal(text);
      assertThat(why).contains("private key").contains("openssl pkey -in FILE -pubout");
      for (String line : text.lines().toList()) {
        if (!line.startsWith("-----")) {
          assertThat(why).doesNotContain(line);
        }
      }
    }
  }

  @Test
  @DisplayName("CRY-09 blocks of another type are refused with the command that converts them")
  void otherTypesAreRefusedWithRemedy() {
    byte[] any = {0x30, 0};
    assertThat(refusal(TestPki.pem("RSA PUBLIC KEY", any)))
        .contains("openssl rsa -RSAPublicKey_in -in FILE -pubout");
    assertThat(refusal(TestPki.pem("EC PARAMETERS", any))).contains("openssl ec -in FILE -pubout");
    assertThat(refusal(TestPki.pem("CERTIFICATE REQUEST", any))).contains("openssl req");
    assertThat(refusal(TestPki.pem("TRUSTED CERTIFICATE", any))).contains("openssl x509");
    assertThat(refusal(TestPki.pem("PGP PUBLIC KEY BLOCK", any)))
        .contains("expected is PUBLIC KEY");
    assertThat(refusal(TestPki.pem("PUBLIC KEY", any))).contains("SubjectPublicKeyInfo");
  }

  @Test
  @DisplayName("CRY-09 a certificate is told apart from a key, and an RSA key from an EC one")
  void certificateAndKeyAreToldApart() throws Exception {
    X509Certificate certificate = TestPki.ca("CN=Root").certificate();

    assertThat(Pem.publicKeyOrCertificate(TestPki.pem(certificate)))
        .isInstanceOfSatisfying(
            TrustMaterial.Certificate.class,
            found ->
                assertThat(found.key().spki()).isEqualTo(certificate.getPublicKey().getEncoded()));
    assertThat(refusal(TestPki.pem("PUBLIC KEY", certificate.getEncoded()))).contains("DER");
    assertThat(refusal(TestPki.pem("CERTIFICATE", KEYS.getPublic().getEncoded())))
        .contains("certificate");
    assertThat(SignatureScheme.ECDSA_SHA256.compatibleWith(KeyType.RSA)).isFalse();
    assertThat(SignatureScheme.RSA_PSS_SHA256.compatibleWith(KeyType.EC_P256)).isFalse();
    assertThat(SignatureScheme.ED25519.compatibleWith(KeyType.EC_P256)).isFalse();
  }

  @Test
  @DisplayName("CRY-06 a certificate with a 1024-bit RSA key is refused by the key policy")
  void certificateWithWeakKeyIsRefused() {
    X509Certificate weak = TestPki.selfSigned("CN=Weak", TestPki.rsa(1024)).make().certificate();

    assertThat(Pem.publicKeyOrCertificate(TestPki.pem(weak)))
        .isInstanceOfSatisfying(
            TrustMaterial.Refused.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(KeyResult.Kind.NOT_ALLOWED);
              assertThat(refused.why()).contains("1024 bits");
            });
  }

  @Test
  void bundlesOfCertificatesMayHoldCommentsAndNothingElse() {
    X509Certificate a = TestPki.ca("CN=A").certificate();
    X509Certificate b = TestPki.ca("CN=B").certificate();

    assertThat(
            Pem.certificates(
                "# A: F\u0151tan\u00fas\u00edtv\u00e1ny\n"
                    + TestPki.pem(a)
                    + "\n# B\n"
                    + TestPki.pem(b)))
        .isEqualTo(new PemList.Loaded<>(List.of(a, b)));
    for (String bad :
        List.of(
            "",
            "# no block",
            TestPki.pem(a) + KEY,
            TestPki.pem(a).replace("-----BEGIN", "\u2010\u2010---BEGIN"),
            TestPki.pem(a).replace("-----BEGIN ", "-----BEGIN"),
            TestPki.pem("CERTIFICATE", new byte[] {0x30, 0}),
            TestPki.pem(a) + TestPki.pem("PRIVATE KEY", KEYS.getPrivate().getEncoded()))) {
      assertThat(Pem.certificates(bad)).as(bad).isInstanceOf(PemList.Refused.class);
    }
  }

  @Test
  void revocationListsAreRead() throws Exception {
    TestPki.Holder ca = TestPki.ca("CN=CA");
    X509CRL crl = ca.revoke(ca.certificate());

    assertThat(Pem.crls(TestPki.pem("X509 CRL", crl.getEncoded())))
        .isEqualTo(new PemList.Loaded<>(List.of(crl)));
    assertThat(Pem.crls(TestPki.pem(ca.certificate()))).isInstanceOf(PemList.Refused.class);
    assertThat(Pem.crls(TestPki.pem("X509 CRL", ca.certificate().getEncoded())))
        .isInstanceOf(PemList.Refused.class);
  }
}
