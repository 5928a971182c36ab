package dev.assayer.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {
  private static final KeyPair RSA = TestPki.rsa(2048);
  private static final KeyPair EC = TestPki.p256();

  record Kind(String name, KeyPair pair) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("rsa-2048", RSA),
        new Kind("ecdsa-p256", EC),
        new Kind("ecdsa-p384", TestPki.ec("secp384r1")),
        new Kind("ecdsa-p521", TestPki.ec("secp521r1")),
        new Kind("ed25519", TestPki.ed25519()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindIsReadInEveryForm(Kind kind) throws Exception {
    for (var form : KeyForms.of(kind.pair()).entrySet()) {
      PrivateKeyResult.Loaded read = loaded(form.getValue());

      assertThat(read.description()).as(form.getKey()).isEqualTo(kind.name());
      assertThat(KeyPairs.belong(jdk(kind.pair()), read.key())).as(form.getKey()).isTrue();
      assertThat(read.key().getClass().getName()).as("the JDK's own").startsWith("sun.security.");
      assertThat(read).hasToString(kind.name());
    }
  }

  /** The public key as the JDK's object, as it stands in a certificate that the JDK read. */
  private static PublicKey jdk(KeyPair pair) throws Exception {
    return TestPki.selfSigned("CN=x", pair).make().certificate().getPublicKey();
  }

  private static PrivateKeyResult.Loaded loaded(String pem) {
    assertThat(PrivateKeys.fromPem(pem)).isInstanceOf(PrivateKeyResult.Loaded.class);
    return (PrivateKeyResult.Loaded) PrivateKeys.fromPem(pem);
  }

  private static String refused(String pem) {
    assertThat(PrivateKeys.fromPem(pem)).isInstanceOf(PrivateKeyResult.Refused.class);
    return ((PrivateKeyResult.Refused) PrivateKeys.fromPem(pem)).why();
  }

  private static String ec(String form) {
    return KeyForms.of(EC).get(form);
  }

  @Test
  void commentsAndWindowsLineEndsAreNoObstacle() {
    loaded("Bag Attributes\n    friendlyName: x\n" + ec("PKCS#8").replace("\n", "\r\n"));
  }

  @Test
  void anEncryptedKeySaysHowToDecryptIt() {
    String remedy = "is encrypted, and there is no place for its passphrase; decrypt it with:";
    String modern = ec("PKCS#8").replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assertThat(refused(modern)).contains(remedy).contains("openssl pkey");

    String old =
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

        c2VjcmV0
        -----END RSA PRIVATE KEY-----
        """;
    assertThat(refused(old)).contains(remedy);
  }

  @Test
  void anythingButOnePrivateKeyIsNamed() {
    assertThat(refused(ec("PKCS#8") + ec("SEC 1"))).contains("holds 2 private keys");
    assertThat(refused(TestPki.pem("PUBLIC KEY", EC.getPublic().getEncoded())))
        .contains("holds a public key");
    assertThat(refused(TestPki.pem(TestPki.selfSigned("CN=x", EC).make().certificate())))
        .contains("holds a certificate")
        .contains("swapped");
    assertThat(refused(TestPki.pem("OPENSSH PRIVATE KEY", new byte[] {1})))
        .contains("ssh-keygen -p -m PKCS8");
    assertThat(refused(TestPki.pem("DSA PRIVATE KEY", new byte[] {1}))).contains("DSA PRIVATE KEY");
    assertThat(refused(TestPki.pem("EC PARAMETERS", new byte[] {1}))).contains("is missing");
    assertThat(refused("")).contains("holds no PEM block");
    assertThat(refused("\ufeff" + ec("PKCS#8"))).contains("byte order mark");
    assertThat(refused("x".repeat(65_537))).contains("65537 characters");
  }

  @ParameterizedTest
  @DisplayName("CRY-06 a private key of RSA-512 or RSA-1024 is refused with the remedy")
  @ValueSource(ints = {512, 1024})
  void smallRsaIsRefused(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    KeyPair small = generator.generateKeyPair();

    KeyForms.of(small)
        .forEach((form, pem) ->
            assertThat(refused(pem))
                .as(form)
                .contains(bits + " bits; allowed are 2048 to 8192")
                .contains("openssl genpkey"));
  }

  @Test
  void aSmallExponentIsRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(2048, BigInteger.valueOf(3)));

    assertThat(refused(KeyForms.of(generator.generateKeyPair()).get("PKCS#1")))
        .contains("public exponent is 3");
  }

  @Test
  void otherCurvesAreNamed() throws Exception {
    assertThat(refused(sec1On("secp256k1", "1.3.132.0.10"))).contains("on the curve secp256k1,");
    assertThat(refused(sec1On("secp224r1", "1.3.132.0.33"))).contains("on the curve P-224,");
    assertThat(refused(sec1On("brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7")))
        .contains("on the curve 1.3.36.3.3.2.8.1.1.7,");
  }

  private static String sec1On(String curve, String oid) throws Exception {
    byte[] der = KeyForms.sec1(TestPki.ec(curve), new ASN1ObjectIdentifier(oid));
    return TestPki.pem("EC PRIVATE KEY", der);
  }

  @Test
  void aCurveThatIsSpeltOutOrMissingIsRefused() {
    String bare = ec("SEC 1 with the curve outside only");
    String key = bare.substring(bare.indexOf("-----BEGIN EC PRIVATE KEY"));
    assertThat(refused(key)).contains("does not name its curve");

    byte[] speltOut = {0x30, 3, 2, 1, 1};
    assertThat(refused(TestPki.pem("EC PARAMETERS", speltOut) + key)).contains("spells out");
  }

  @Test
  void twoCurvesForOneKeyAreRefused() throws Exception {
    byte[] other = new ASN1ObjectIdentifier("1.3.132.0.34").getEncoded();
    assertThat(refused(TestPki.pem("EC PARAMETERS", other) + ec("SEC 1")))
        .contains("content is not such a key");
  }

  @Test
  void otherAlgorithmsAreNamed() {
    assertThat(refused(KeyForms.pkcs8("1.3.101.113", new byte[] {4, 1, 1}))).contains("Ed448");
    assertThat(refused(KeyForms.pkcs8("1.3.101.110", new byte[] {4, 1, 1}))).contains("X25519");
    assertThat(refused(KeyForms.pkcs8("1.2.840.113549.1.1.10", new byte[] {4, 1, 1})))
        .contains("restricted to PSS");
    assertThat(refused(KeyForms.pkcs8("1.2.3.4", new byte[] {4, 1, 1}))).contains("1.2.3.4");
  }

  @Test
  void anRsaKeyWhosePrimesAreNotItsOwnIsRefused() throws Exception {
    RSAPrivateKey numbers =
        RSAPrivateKey.getInstance(
            PrivateKeyInfo.getInstance(RSA.getPrivate().getEncoded()).parsePrivateKey());
    byte[] edited =
        new RSAPrivateKey(
                numbers.getModulus(),
                numbers.getPublicExponent(),
                numbers.getPrivateExponent(),
                numbers.getPrime1().add(BigInteger.TWO),
                numbers.getPrime2(),
                numbers.getExponent1(),
                numbers.getExponent2(),
                numbers.getCoefficient())
            .getEncoded("DER");

    assertThat(refused(TestPki.pem("RSA PRIVATE KEY", edited)))
        .contains("content is not such a key");
  }

  @Test
  void noDamageMakesAnExceptionOrShowsTheKey() {
    Random random = new Random(4);
    for (KeyPair pair : new KeyPair[] {RSA, EC, TestPki.ed25519()}) {
      for (String pem : KeyForms.of(pair).values()) {
        for (int i = 0; i < 300; i++) {
          String damaged = damage(pem, random);
          if (PrivateKeys.fromPem(damaged) instanceof PrivateKeyResult.Refused(String why)) {
            assertThat(why).isNotBlank().matches("[ -~]+").hasSizeLessThan(250);
            assertThat(leaks(why, damaged)).as(why).isFalse();
          }
        }
      }
    }
  }

  private static String damage(String pem, Random random) {
    String[] lines = pem.split("\n", -1);
    int line = random.nextInt(lines.length);
    if (random.nextBoolean()) {
      return String.join("\n", Arrays.copyOf(lines, line));
    }
    byte[] text = pem.getBytes(StandardCharsets.ISO_8859_1);
    text[random.nextInt(text.length)] = (byte) random.nextInt(256);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** Whether any 12 characters of a base64 line came out. */
  private static boolean leaks(String why, String pem) {
    return pem.lines()
        .filter(line -> line.length() >= 12 && !line.startsWith("-----"))
        .anyMatch(line -> why.contains(line.substring(0, 12)));
  }

  @Test
  void aKeyThatIsNotDerIsRefused() {
    String junk =
        Base64.getEncoder().encodeToString("not a key at all".getBytes(StandardCharsets.UTF_8));
    for (String label : new String[] {"PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}) {
      assertThat(
              refused("-----BEGIN " + label + "-----\n" + junk + "\n-----END " + label + "-----"))
          .contains("holds a block \"" + label + "\" whose content is not such a key");
    }
  }
}
