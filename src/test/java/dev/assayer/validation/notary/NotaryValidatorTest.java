package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an honest Notary's files lead to. */
class NotaryValidatorTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aSignedTagGivesItsDigest() {
    rig.repository(GUN);
    ValidationResult result = rig.verify(IMAGE);
    assertTrusted(result, DIGEST);
    ValidationResult.Trusted trusted = (ValidationResult.Trusted) result;
    assertThat(trusted.trust().chain())
        .extracting(role -> role.role())
        .containsExactly("root", "timestamp", "snapshot", "targets");
    assertThat(trusted.trust().firstUse()).isTrue();
    assertThat(trusted.signers()).extracting(signer -> signer.role()).containsExactly("targets");
  }

  @Test
  void anUnsignedTagIsRefused() {
    rig.repository(GUN);
    assertRefused(rig.verify(GUN + ":2.0"), Reason.TAG_NOT_SIGNED);
  }

  @Test
  void aRepositoryWithoutTrustDataIsRefused() {
    rig.repository(GUN);
    assertRefused(rig.verify("registry.example.com/acme/other:1.0"), Reason.NO_TRUST_DATA);
  }

  @Test
  void tagAndDigestMustAgree() {
    rig.repository(GUN);
    assertTrusted(rig.verify(IMAGE + "@" + DIGEST), DIGEST);
    assertRefused(rig.verify(IMAGE + "@" + OTHER_DIGEST), Reason.TAG_DIGEST_CONFLICT);
  }

  @Test
  void aDigestAloneMustBeASignedTarget() {
    rig.repository(GUN);
    assertTrusted(rig.verify(GUN + "@" + DIGEST), DIGEST);
    assertRefused(rig.verify(GUN + "@" + OTHER_DIGEST), Reason.UNSIGNED);
  }

  @Test
  void publishedReleasesAloneCount() {
    SignedRepository repository = rig.repository(GUN);
    repository
        .delegate("targets/releases", TufKey.bare(KeyKind.ECDSA_P256))
        .target("2.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(GUN + ":2.0"), OTHER_DIGEST);
    assertRefused(rig.verify(IMAGE), Reason.TAG_NOT_SIGNED);
  }

  @Test
  void namedDelegationsMustAllAgree() {
    SignedRepository repository = rig.repository(GUN);
    var lou = repository.delegate("targets/lou", TufKey.bare(KeyKind.ECDSA_P256));
    var max = repository.delegate("targets/max", TufKey.bare(KeyKind.ECDSA_P256));
    lou.target("1.0", DIGEST, 528);
    max.target("1.0", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE, "lou", "max"), DIGEST);
    max.target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou", "max"), Reason.DELEGATIONS_DISAGREE);
    max.removeTarget("1.0");
    repository.publish();
    assertRefused(rig.verify(IMAGE, "lou", "max"), Reason.DELEGATION_MISSING);
    assertRefused(rig.verify(IMAGE, "lou", "eve"), Reason.DELEGATION_MISSING);
  }

  @Test
  void expiryIsJudgedAsOfTheInstantAskedFor() {
    rig.repository(GUN);
    assertRefused(
        rig.verifyAt(Instant.now().plus(Duration.ofDays(20)), IMAGE), Reason.METADATA_EXPIRED);
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }
}
