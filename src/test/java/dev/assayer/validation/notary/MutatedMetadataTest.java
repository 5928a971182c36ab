package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.SignedRepository;
import dev.assayer.time.Deadline;
import dev.assayer.validation.ValidationRequest;
import dev.assayer.validation.ValidationResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One byte of one file is changed: nothing that was not signed is ever admitted. */
class MutatedMetadataTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final int MUTATIONS = 300;
  private static final long SEED = 20_261_122;

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);
  private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);

  @AfterEach
  void close() {
    rig.close();
  }

  private void publish() {
    repository
        .delegate("targets/releases", key())
        .target("1.0", DIGEST, 528)
        .target("2.0", OTHER_DIGEST, 529);
    repository.publish();
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "timestamp", "snapshot", "targets", "targets/releases"})
  @DisplayName("who controls the server changes one byte")
  void servedByTheServer(String role) {
    publish();
    byte[] honest = NotaryRig.file(repository, role + ".json");
    Random random = new Random(SEED);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutated(honest, random);
      check(new MemoryUpstream(repository).serving(role, mutated), "mutation " + i + " of " + role);
    }
    assertThat(reasons).as("refusals").isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"targets", "targets/releases"})
  @DisplayName("who stole the snapshot and timestamp keys changes one byte and signs the rest")
  void signedByAThiefOfTheOnlineKeys(String role) {
    publish();
    byte[] honest = NotaryRig.file(repository, role + ".json");
    Random random = new Random(SEED + 1);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutated(honest, random);
      UnaryOperator<byte[]> swap = file -> mutated;
      repository.role(role).editFile(swap);
      repository.publish();
      check(new MemoryUpstream(repository), "mutation " + i + " of " + role);
    }
    assertThat(reasons).containsKeys(Reason.SIGNATURE_INVALID, Reason.METADATA_MALFORMED);
  }

  private static byte[] mutated(byte[] honest, Random random) {
    byte[] mutated = honest.clone();
    int at = random.nextInt(mutated.length);
    byte other;
    do {
      other = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (mutated[at] ^ 1);
    } while (other == mutated[at]);
    mutated[at] = other;
    return mutated;
  }

  private void check(MemoryUpstream upstream, String what) {
    rig.withoutMemory();
    try (NotaryValidator validator = rig.open(upstream)) {
      ValidationRequest request = rig.request(GUN + ":1.0");
      switch (NotaryRig.validate(validator, request, Deadline.after(NotaryRig.BUDGET))) {
        case ValidationResult.Trusted trusted ->
            assertThat(trusted.digest().toString()).as(what).isEqualTo(DIGEST);
        case ValidationResult.Refused refused -> {
          assertThat(refused.reason())
              .as(what + ": " + refused.detail())
              .isNotEqualTo(Reason.INTERNAL_ERROR);
          assertThat(refused.detail()).as(what).isNotBlank().hasSizeLessThan(700);
          reasons.merge(refused.reason(), 1, Integer::sum);
        }
        case ValidationResult.Approved approved -> throw new AssertionError(what + approved);
      }
    }
  }
}
