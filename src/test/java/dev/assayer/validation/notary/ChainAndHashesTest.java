package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.OTHER_DIGEST;
import static dev.assayer.validation.notary.NotaryRig.addressed;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.file;
import static dev.assayer.validation.notary.NotaryRig.key;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.Edit;
import dev.assayer.samples.SignedRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file is the one that the file above it names. */
class ChainAndHashesTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @DisplayName("TUF-03 extraneous dependencies: only the exact tag is used")
  void onlyTheExactTag() {
    for (String other :
        new String[] {"1", "1.", "1.00", "1.0 ", " 1.0", "1.0*", "v1.0", "*", "", "1.0/x"}) {
      repository.targets().target(other, OTHER_DIGEST, 528);
    }
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertRefused(rig.verify(GUN + ":1.0.0"), Reason.TAG_NOT_SIGNED);
    assertRefused(rig.verify(GUN), Reason.TAG_NOT_SIGNED, "latest");
  }

  @Test
  @DisplayName("TUF-05 indefinite freeze: old but validly signed timestamp after its expiry")
  void anExpiredTimestamp() {
    repository.role("timestamp").lifetime(Duration.ofSeconds(-1));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_EXPIRED, "timestamp.json");
  }

  @Test
  @DisplayName("TUF-05 indefinite freeze: files that were current are served for ever")
  void filesServedForEver() {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    Instant later = Instant.now().plus(Duration.ofDays(15));
    assertRefused(rig.verifyAt(later, IMAGE), Reason.METADATA_EXPIRED, "timestamp.json");
    assertTrusted(rig.verifyAt(Instant.now().plus(Duration.ofDays(13)), IMAGE), DIGEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "timestamp", "snapshot", "targets", "targets/releases"})
  @DisplayName("TUF-05 each role expires by itself, with the rest fresh")
  void eachRoleExpires(String role) {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.role(role).expires(Instant.now().minusSeconds(1));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_EXPIRED, role + ".json version");
  }

  @Test
  @DisplayName("TUF-06 malicious mirror: 404 for the snapshot that the timestamp names")
  void theSnapshotIsWithheld() {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    byte[] old = file(repository, "snapshot.json");
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    repository.withhold(addressed("snapshot", file(repository, "snapshot.json")));
    repository.withhold("snapshot.json");
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MISSING, "snapshot.json");
    rig.withoutMemory();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MISSING, "snapshot.json");
    repository.serveAsPublished();
    repository.withhold(addressed("snapshot", file(repository, "snapshot.json")));
    repository.serve("snapshot.json", old);
    assertRefused(rig.verify(IMAGE), Reason.MIX_AND_MATCH, "another snapshot.json");
  }

  @ParameterizedTest
  @CsvSource({"timestamp", "targets", "targets/releases"})
  @DisplayName("TUF-06 malicious mirror: 404 for any other file that the chain needs")
  void aFileIsWithheld(String role) {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    repository.withhold(addressed(role, file(repository, role + ".json")));
    repository.withhold(role + ".json");
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MISSING, role);
  }

  @Test
  @DisplayName("TUF-07 mix and match: targets v1 beside a snapshot that names v2")
  void oldTargetsBesideANewSnapshot() {
    byte[] old = file(repository, "targets.json");
    repository.targets().target("1.0", OTHER_DIGEST, 528);
    repository.publish();
    String name = addressed("targets", file(repository, "targets.json"));
    repository.serve("targets.json", old);
    repository.withhold(name);
    assertRefused(rig.verify(IMAGE), Reason.MIX_AND_MATCH, "another targets.json");
    repository.serveAsPublished();
    repository.serve("targets.json", old);
    repository.serve(name, old);
    assertRefused(rig.verify(IMAGE), Reason.MIX_AND_MATCH, "another targets.json");
  }

  @Test
  @DisplayName("TUF-07 mix and match: a root that the snapshot does not name")
  void anotherRootThanTheSnapshotNames() {
    byte[] old = file(repository, "root.json");
    repository.role("root").lifetime(Duration.ofDays(100));
    repository.publish();
    byte[] renewed = file(repository, "root.json");
    repository.serve("root.json", old);
    assertTrusted(rig.verify(IMAGE), DIGEST);
    rig.withoutMemory();
    repository.withhold(addressed("root", renewed));
    assertRefused(rig.verify(IMAGE), Reason.MIX_AND_MATCH, "root.json");
    repository.serve(addressed("root", renewed), old);
    repository.serveAsPublished();
    repository.serve("root.json", old);
    repository.serve(addressed("root", renewed), old);
    assertRefused(rig.verify(IMAGE), Reason.HASH_MISMATCH, "root.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot", "targets", "targets/releases"})
  void aFileThatNobodySignedIsAWrongHashNotAMix(String role) {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository.publish();
    byte[] bytes = file(repository, role + ".json");
    byte[] edited = Edit.flipBit(-9).apply(bytes);
    repository.serve(role + ".json", edited);
    repository.serve(addressed(role, bytes), edited);
    assertRefused(rig.verify(IMAGE), Reason.HASH_MISMATCH, role);
  }

  @Test
  @DisplayName("TUF-28 hashes: sha256 right and sha512 wrong, for a file new and remembered")
  void aWrongSha512() {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    String wrong = Base64.getEncoder().encodeToString(new byte[64]);
    repository
        .role("snapshot")
        .editSigned(Edit.set(Json.of(wrong), "meta", "targets", "hashes", "sha512"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.HASH_MISMATCH, "sha512");
    rig.withoutMemory();
    assertRefused(rig.verify(IMAGE), Reason.HASH_MISMATCH, "sha512");
  }

  @ParameterizedTest
  @CsvSource({"snapshot, targets", "timestamp, snapshot", "snapshot, targets/releases"})
  @DisplayName("TUF-28 hashes: only md5; sha256 of 31 bytes; sha512 of 63 bytes")
  void aHashThatIsNoSha256(String role, String entry) {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    String md5 = Base64.getEncoder().encodeToString(new byte[16]);
    unsupported(role, Edit.set(hash("md5", md5), "meta", entry, "hashes"));
    String cut = Base64.getEncoder().encodeToString(new byte[31]);
    unsupported(role, Edit.set(Json.of(cut), "meta", entry, "hashes", "sha256"));
    String cut512 = Base64.getEncoder().encodeToString(new byte[63]);
    unsupported(role, Edit.set(Json.of(cut512), "meta", entry, "hashes", "sha512"));
    unsupported(role, Edit.set(JsonObject.builder().build(), "meta", entry, "hashes"));
  }

  private static JsonObject hash(String name, String value) {
    return JsonObject.builder().put(name, value).build();
  }

  private void unsupported(String role, UnaryOperator<JsonObject> edit) {
    repository.role(role).editSigned(edit);
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.HASH_UNSUPPORTED);
  }

  @Test
  @DisplayName("TUF-28 hashes of the image itself: only md5; sha256 of 31 bytes")
  void aTargetWithoutSha256() {
    String md5 = Base64.getEncoder().encodeToString(new byte[16]);
    repository.targets().editSigned(Edit.set(hash("md5", md5), "targets", "1.0", "hashes"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.HASH_UNSUPPORTED, "tag 1.0");
    String cut = Base64.getEncoder().encodeToString(new byte[31]);
    repository.targets().editSigned(Edit.set(Json.of(cut), "targets", "1.0", "hashes", "sha256"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.HASH_UNSUPPORTED, "31 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "100000", "-1", "18446744073709551616", "4294967824"})
  @DisplayName("TUF-29 length smaller, larger, negative, 2^64, 2^32 more than the file has")
  void aWrongLength(String length) {
    repository
        .role("snapshot")
        .editSigned(Edit.set(new JsonNumber(length), "meta", "targets", "length"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.LENGTH_MISMATCH, "targets");
    repository.role("snapshot").honest();
    repository
        .role("timestamp")
        .editSigned(Edit.set(new JsonNumber(length), "meta", "snapshot", "length"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.LENGTH_MISMATCH, "snapshot");
  }

  @Test
  @DisplayName("TUF-29 a wrong length of a file that is remembered")
  void aWrongLengthOfARememberedFile() {
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.role("snapshot").editSigned(Edit.set(Json.of(7), "meta", "targets", "length"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.LENGTH_MISMATCH, "but 7 were announced");
  }

  @Test
  @DisplayName("TUF-29 no length, or one that is no integer, also of the image itself")
  void noLength() {
    repository.role("snapshot").editSigned(Edit.remove("meta", "targets", "length"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.LENGTH_MISMATCH);
    repository.role("snapshot").editSigned(Edit.set(Json.of("528"), "meta", "targets", "length"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.LENGTH_MISMATCH);
    repository.role("snapshot").honest();
    repository.targets().editSigned(Edit.set(Json.of(-1), "targets", "1.0", "length"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.LENGTH_MISMATCH, "tag 1.0");
  }

  @Test
  void aBadEntryDoesNotTakeTheOtherTagsAway() {
    repository
        .targets()
        .target("2.0", OTHER_DIGEST, 528)
        .editSigned(Edit.set(Json.of("?"), "targets", "2.0"));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertTrusted(rig.verify(GUN + "@" + DIGEST), DIGEST);
    assertRefused(rig.verify(GUN + ":2.0"), Reason.METADATA_MALFORMED, "tag 2.0");
  }
}
