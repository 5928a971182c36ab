package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.RepositoryMemory;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Memory joined from replicas: the root in it may be older than the marks, or left out. */
class JoinedMemoryTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  private void remember(Optional<String> root) {
    RepositoryMemory now = rig.memory(GUN);
    RepositoryMemory joined =
        new RepositoryMemory(root, now.marks(), now.onlineKeys(), now.signers(), now.verifiedAt());
    assertThat(rig.state.replace(rig.server.baseHost() + ' ' + GUN, now, joined)).isTrue();
    rig.reopened();
  }

  /** Another key for the timestamp, whose versions begin anew. */
  private void rotate() {
    repository.role(SignedRepository.TIMESTAMP).keys(key()).version(1);
    repository.publish();
  }

  /** The files before and after the tag moved, both under the keys in force now. */
  private Map<String, byte[]> moved() {
    Map<String, byte[]> old = repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
    return old;
  }

  @Test
  @DisplayName("TUF-08 rollback under keys that an older remembered root did not have yet")
  void anOlderRootDoesNotFreeNewerMarks() {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    Optional<String> firstRoot = rig.memory(GUN).root();
    rotate();
    Map<String, byte[]> old = moved();
    remember(firstRoot);
    repository.serveOnly(old);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "timestamp.json has version");
    repository.serveAsPublished();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
  }

  @Test
  @DisplayName("TUF-08 rollback where the remembered root was left out")
  void aRootThatWasLeftOutDoesNotFreeTheMarks() {
    Map<String, byte[]> old = moved();
    remember(Optional.empty());
    repository.serveOnly(old);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "timestamp.json has version");
  }

  @Test
  @DisplayName("TUF-04 fast-forward is undone by rotation also where the root was left out")
  void aRotationFreesTheMarksWithoutARoot() {
    moved();
    remember(Optional.empty());
    rotate();
    assertTrusted(rig.verify(IMAGE), OTHER_DIGEST);
  }

  /** The timestamp key is replaced, and then comes back with versions that begin anew. */
  private void thereAndBack(boolean isRootRemembered) {
    var first = key();
    repository.role(SignedRepository.TIMESTAMP).keys(first).version(50);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    if (!isRootRemembered) {
      remember(Optional.empty());
    }
    rotate();
    repository.role(SignedRepository.TIMESTAMP).keys(first).version(1);
    repository.publish();
  }

  @Test
  @DisplayName("TUF-04 a key that comes back frees the marks of who follows the roots in between")
  void aKeyThatComesBack() {
    thereAndBack(true);
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  @Test
  @DisplayName("TUF-08 a key that comes back frees no marks where nobody saw that it was away")
  void aKeyThatComesBackUnseen() {
    thereAndBack(false);
    assertRefused(rig.verify(IMAGE), Reason.ROLLBACK, "timestamp.json has version");
  }
}
