package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the certificate around a root key may say, and what it is worth. */
class RootCertificatesTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String OTHER_GUN = "registry.example.com/acme/other";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final KeyPair pair = KeyKind.ECDSA_P256.generate();

  @AfterEach
  void close() {
    rig.close();
  }

  private Certificates.Spec leaf(String commonName) {
    return Certificates.Spec.selfSigned(
        Certificates.commonName(commonName), pair, Certificates.Use.SIGNING);
  }

  private SignedRepository wrapped(Certificates.Spec spec) {
    return rig.repository(GUN, TufKey.x509(pair, Certificates.make(spec)));
  }

  @Test
  @DisplayName("TUF-19 wrong software: files of repository A served for repository B")
  void filesOfAnotherRepository() {
    SignedRepository a = rig.repository(GUN);
    rig.server.add(OTHER_GUN, a);
    assertRefused(rig.verify(OTHER_GUN + ":1.0"), Reason.GUN_MISMATCH, OTHER_GUN, GUN);
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("TUF-19 wrong software: after B was verified with the same root key, A is served")
  void filesOfAnotherRepositoryUnderTheSameRootKey() {
    SignedRepository b = SignedRepository.create(OTHER_GUN);
    b.role("root").keys(TufKey.x509(pair, Certificates.leaf(pair, OTHER_GUN)));
    b.targets().target("1.0", OTHER_DIGEST, 528);
    b.publish();
    rig.server.add(b);
    SignedRepository a = wrapped(leaf(GUN));
    assertTrusted(rig.verify(OTHER_GUN + ":1.0"), OTHER_DIGEST);
    a.role("root").version(2);
    a.publish();
    rig.server.add(OTHER_GUN, a);
    assertRefused(rig.verify(OTHER_GUN + ":1.0"), Reason.ROOT_CHAIN);
    rig.withoutMemory();
    assertRefused(rig.verify(OTHER_GUN + ":1.0"), Reason.GUN_MISMATCH);
  }

  @Test
  @DisplayName("TUF-20 root wrapper expired: a warning, no refusal")
  void anExpiredWrapperWarns() {
    Instant now = Instant.now();
    wrapped(leaf(GUN).valid(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(1))));
    var result = trusted(rig.verify(IMAGE));
    assertTrusted(result, DIGEST);
    assertThat(result.warnings()).singleElement().asString().contains("certificate expired");
    rig.pin("default", Certificates.pem(Certificates.leaf(pair, GUN)));
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "another certificate");
  }

  @Test
  void aValidWrapperDoesNotWarn() {
    wrapped(leaf(GUN));
    assertThat(trusted(rig.verify(IMAGE)).warnings()).isEmpty();
  }

  @Test
  @DisplayName("TUF-20 root wrapper signed by another key: only the pinned key counts")
  void aWrapperSignedByAnotherKey() {
    wrapped(leaf(GUN).issuedBy(Certificates.commonName("anyone"), KeyKind.ECDSA_P256.generate()));
    assertTrusted(rig.verify(IMAGE), DIGEST);
    TufKey stranger = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    rig.pin("default", stranger.publicKeyPem());
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED);
  }

  @Test
  @DisplayName("TUF-20 root wrapper holds another key than the pinned one that signs")
  void aWrapperAroundAnotherKey() {
    KeyPair other = KeyKind.ECDSA_P256.generate();
    rig.repository(GUN, TufKey.x509(pair, Certificates.leaf(other, GUN)));
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry.example.com/acme/app*",
        "registry.example.com/acme/*",
        "registry.example.com/*",
        "reg*"
      })
  @DisplayName("TUF-20 CN with a wildcard at its end covers the repositories with that prefix")
  void aWildcardAtTheEnd(String commonName) {
    wrapped(leaf(commonName));
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry.example.com/acme/ap",
        "registry.example.com/acme/apps",
        "registry.example.com/acme/",
        "registry.example.com/acme",
        "registry.example.com/acme/other*",
        "registry.example.com/*/app",
        "*/acme/app",
        "*",
        "**",
        "Registry.example.com/acme/app",
        " registry.example.com/acme/app",
        "registry.example.com/acme/app\0",
        "registry.example.com/acme/app\0.evil.example",
        "registry.example.com/acme/app,CN=registry.example.com/acme/app"
      })
  @DisplayName("TUF-20 CN that is not the repository: wildcard elsewhere, NUL, prefix, case")
  void aNameThatIsNotTheRepository(String commonName) {
    wrapped(leaf(commonName));
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH);
  }

  @Test
  @DisplayName("TUF-20 two CNs, one of which is the repository; none at all")
  void twoNamesOrNone() {
    X500Name two =
        new X500NameBuilder().addRDN(BCStyle.CN, OTHER_GUN).addRDN(BCStyle.CN, GUN).build();
    wrapped(Certificates.Spec.selfSigned(two, pair, Certificates.Use.SIGNING));
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, OTHER_GUN, GUN);
    X500Name none = new X500NameBuilder().addRDN(BCStyle.O, GUN).build();
    wrapped(Certificates.Spec.selfSigned(none, pair, Certificates.Use.SIGNING));
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, "no common name");
  }

  @Test
  void aLoneWildcardNeedsAllowUnboundRoot() {
    wrapped(leaf("*"));
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH);
    rig.allowUnbound();
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  void aCaCertificateIsNoLeafAndIsCalledOne() {
    wrapped(Certificates.Spec.selfSigned(Certificates.commonName(GUN), pair, Certificates.Use.CA));
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, "CA");
  }

  @Test
  @DisplayName("TUF-20 pinned certificate: itself, not another one around the same key")
  void aPinnedCertificate() {
    X509Certificate pinned = Certificates.leaf(pair, GUN);
    rig.repository(GUN, TufKey.x509(pair, pinned));
    rig.pin("default", Certificates.pem(pinned));
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.pin("default", Certificates.pem(Certificates.leaf(pair, GUN)));
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "another certificate");
  }

  @Test
  @DisplayName("TUF-20 pinned certificate of A does not vouch for B")
  void aPinnedCertificateOfAnotherRepository() {
    X509Certificate pinned = Certificates.leaf(pair, OTHER_GUN);
    rig.repository(GUN, TufKey.x509(pair, pinned));
    rig.pin("default", Certificates.pem(pinned));
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH);
  }

  private final KeyPair caKey = KeyKind.ECDSA_P256.generate();
  private final X500Name caName = Certificates.commonName("Acme signing CA");

  private String caPem() {
    return Certificates.pem(
        Certificates.make(
            Certificates.Spec.selfSigned(caName, caKey, Certificates.Use.CA)
                .valid(
                    Instant.now().minus(Duration.ofDays(400)),
                    Instant.now().plus(Duration.ofDays(400)))));
  }

  @Test
  @DisplayName("TUF-20 pinned CA: a leaf that it issued for this repository")
  void aLeafUnderThePinnedCa() {
    wrapped(leaf(GUN).issuedBy(caName, caKey));
    rig.pin("default", caPem());
    var result = trusted(rig.verify(IMAGE));
    assertTrusted(result, DIGEST);
    assertThat(result.warnings()).isEmpty();
  }

  @Test
  @DisplayName("TUF-20 pinned CA: an expired leaf warns")
  void anExpiredLeafUnderThePinnedCa() {
    Instant now = Instant.now();
    wrapped(
        leaf(GUN)
            .issuedBy(caName, caKey)
            .valid(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(1))));
    rig.pin("default", caPem());
    assertThat(trusted(rig.verify(IMAGE)).warnings()).hasSize(1);
  }

  @Test
  @DisplayName("TUF-20 pinned CA: self-signed leaf, leaf of another CA under the same name")
  void aLeafThatThePinnedCaDidNotIssue() {
    wrapped(leaf(GUN));
    rig.pin("default", caPem());
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "CA");
    wrapped(leaf(GUN).issuedBy(caName, KeyKind.ECDSA_P256.generate()));
    rig.pin("default", caPem());
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "CA");
  }

  @Test
  @DisplayName("TUF-20 pinned CA: the leaf of another repository under the CA")
  void theLeafOfAnotherRepositoryUnderThePinnedCa() {
    wrapped(leaf(OTHER_GUN).issuedBy(caName, caKey));
    rig.pin("default", caPem());
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, OTHER_GUN);
  }

  @Test
  @DisplayName("pinned CA: the owner of B adds a self-made certificate for A to B's root")
  void theOwnerOfAnotherRepositoryAddsASelfMadeCertificate() {
    TufKey certified =
        TufKey.x509(pair, Certificates.make(leaf(OTHER_GUN).issuedBy(caName, caKey)));
    TufKey selfMade = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    SignedRepository forged = rig.repository(GUN, certified, selfMade);
    forged.targets().target("1.0", OTHER_DIGEST, 528);
    forged.publish();
    rig.pin("default", caPem());
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, OTHER_GUN);
  }

  @Test
  @DisplayName("pinned key: B's root lists the pinned key for B, and for A somebody else")
  void thePinnedKeyIsBoundToAnotherRepositoryBesideAKeyForThisOne() {
    TufKey pinned = TufKey.x509(pair, Certificates.leaf(pair, OTHER_GUN));
    TufKey colleague = TufKey.x509(KeyKind.ECDSA_P256, "registry.example.com/acme/*");
    rig.repository(GUN, pinned, colleague);
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, OTHER_GUN);
  }

  @Test
  @DisplayName("a threshold of root keys must be bound, not only one of them")
  void aThresholdMustBeBound() {
    TufKey bound = TufKey.x509(pair, Certificates.leaf(pair, GUN));
    SignedRepository repository =
        rig.repository(GUN, bound, TufKey.x509(KeyKind.ECDSA_P256, OTHER_GUN));
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("root").threshold(2);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.GUN_MISMATCH, OTHER_GUN);
  }

  @Test
  @DisplayName("pinned CA: its key is revoked, and what it certified goes on being served")
  void aRevokedCaVouchesForNothing() {
    wrapped(leaf(GUN).issuedBy(caName, caKey));
    rig.pin("default", caPem()).revoke(Envelope.sha256(caKey.getPublic().getEncoded()));
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "revoked");
    rig.revoke(TufKey.bare(caKey).id());
    assertRefused(rig.verify(IMAGE), Reason.KEY_NOT_TRUSTED, "revoked");
  }
}
