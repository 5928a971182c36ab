package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.decision.StageLog;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A dry run judges by what is remembered, and leaves nothing behind. */
class DryRunTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  private ValidationResult dryRun() {
    ValidationRequest counting = rig.request(IMAGE);
    ValidationRequest dry =
        new ValidationRequest(
            counting.image(),
            counting.trustRoots(),
            counting.delegations(),
            counting.threshold(),
            counting.at(),
            true);
    return rig.validator().validate(dry, new StageLog(), Deadline.after(NotaryRig.BUDGET));
  }

  @Test
  @DisplayName("ADM-08 dryRun=true stores no state: marks are checked and not advanced")
  void aDryRunAdvancesNoMark() {
    Map<String, byte[]> old = repository.publish();
    assertTrusted(dryRun(), DIGEST);
    assertThat(rig.memory(GUN)).isEqualTo(RepositoryMemory.NONE);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    RepositoryMemory before = rig.memory(GUN);
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(dryRun(), OTHER_DIGEST);
    assertThat(rig.memory(GUN)).isEqualTo(before);
    repository.serveOnly(old);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.serveAsPublished();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    repository.serveOnly(old);
    assertRefused(dryRun(), Reason.ROLLBACK, "timestamp.json has version");
  }

  @Test
  @DisplayName("ADM-08 dryRun=true leaves no answer that a later review takes without its marks")
  void aReviewAfterADryRunVerifiesAndRemembersItself() {
    rig.timestampMaxAge(Duration.ofMinutes(1));
    assertTrusted(dryRun(), DIGEST);
    rig.forgetRequests();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertThat(rig.filesAskedFor()).contains("timestamp.json");
    assertThat(rig.memory(GUN).marks()).containsKeys("root", "timestamp", "snapshot", "targets");
  }

  @Test
  void aDryRunTakesTheAnswerOfAReviewThatIsFreshEnough() {
    rig.timestampMaxAge(Duration.ofMinutes(1));
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.forgetRequests();
    assertTrusted(dryRun(), DIGEST);
    assertThat(rig.filesAskedFor()).isEmpty();
  }
}
