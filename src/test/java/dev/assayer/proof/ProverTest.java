package dev.assayer.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.proof.Proof.Part;
import dev.assayer.proof.Proof.Result;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be proven of a decision years later, and the frauds that must not be. */
class ProverTest {
  private static final String GUN = "registry.example/app";
  private static final String IMAGE = GUN + ":1.0";

  @TempDir private Path dir;
  private ProofRig rig;
  private SignedRepository repository;

  @BeforeEach
  void open() {
    rig = new ProofRig(dir);
    repository = rig.repository(GUN);
    rig.configure(repository.pinnedRootPem(), "");
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static Part image(Proof proof) {
    return proof.parts().getLast();
  }

  private static String text(JsonObject record) {
    return JsonText.compact(record);
  }

  private static JsonObject edited(JsonObject record, String from, String to) {
    assertThat(text(record)).contains(from);
    return ProofRig.json(text(record).replace(from, to));
  }

  private static String reason(JsonObject record) {
    return record.get("reason").flatMap(value -> value.asString()).orElseThrow();
  }

  /** The sha256 under which a record names the file of a role. */
  private static String sha256(JsonObject record, String role) {
    Matcher named =
        Pattern.compile(
                "\"sha256\":\"([0-9a-f]{64})\",\"length\":[0-9]+,\"kept\":true,"
                    + "\"validator\":\"default\",\"role\":\""
                    + role
                    + "\"")
            .matcher(text(record));
    assertThat(named.find()).as(role + " in " + text(record)).isTrue();
    return named.group(1);
  }

  private Path file(String sha256) {
    return rig.log().resolve("evidence/sha256/" + sha256.substring(0, 2) + "/" + sha256);
  }

  @Test
  void anAdmissionIsProvenFromItsEvidenceAlone() {
    JsonObject record = rig.decide(IMAGE);
    assertThat(reason(record)).isEqualTo("signature_valid");
    repository.withhold("root.json");
    Proof proof = rig.prove(record);
    assertThat(proof.result()).as(proof.toString()).isEqualTo(Result.PROVEN);
    assertThat(proof.parts()).hasSize(2);
    assertThat(image(proof).why())
        .contains(ProofRig.DIGEST, "signed by targets with key ", "4 files verified again");
    assertThat(proof.assumed()).anyMatch(line -> line.contains("2026-03-14T09:26:53"));
  }

  @Test
  void whatCameFromMemoryNamesItsEvidenceToo() {
    JsonObject first = rig.decide(IMAGE);
    JsonObject second = rig.decide(IMAGE);
    assertThat(sha256(second, "targets")).isEqualTo(sha256(first, "targets"));
    assertThat(rig.prove(second).result()).isEqualTo(Result.PROVEN);
  }

  @Test
  void signersOfDelegationsAndTheWayBetweenRootsAreVerifiedAgain() {
    var _ = rig.decide(IMAGE);
    TufKey lou = TufKey.bare(KeyKind.ECDSA_P256);
    var _ = repository.delegate("targets/releases", lou).target("1.0", ProofRig.OTHER, 528);
    TufKey pinned = repository.role("root").keys().getFirst();
    repository.role("root").keys(pinned, TufKey.x509(KeyKind.ECDSA_P256, GUN));
    repository.publish();
    JsonObject record = rig.decide(IMAGE);
    assertThat(reason(record)).as(text(record)).isEqualTo("signature_valid");
    Proof proof = rig.prove(record);
    assertThat(proof.result()).as(proof.toString()).isEqualTo(Result.PROVEN);
    assertThat(image(proof).why())
        .contains(ProofRig.OTHER, "targets/releases", "6 files verified again");
  }

  @Test
  void aDenialIsProvenFromWhatWasVerifiedBeforeItFailed() {
    JsonObject unsigned = rig.decide(GUN + ":2.0");
    assertThat(reason(unsigned)).isEqualTo("tag_not_signed");
    assertThat(image(rig.prove(unsigned)).why()).startsWith("rejected [tag_not_signed]");
    assertThat(rig.prove(unsigned).result()).isEqualTo(Result.PROVEN);
    rig.later(Duration.ofDays(20));
    JsonObject expired = rig.decide(IMAGE);
    assertThat(reason(expired)).isEqualTo("metadata_expired");
    Proof proof = rig.prove(expired);
    assertThat(proof.result()).as(proof.toString()).isEqualTo(Result.PROVEN);
    assertThat(image(proof).why()).contains("2 files verified again");
  }

  @Test
  @DisplayName("what was not verified is never kept: a stranger's repository leaves no file")
  void hostileBytesDoNotFillTheDisk() throws IOException {
    var _ = rig.decide(IMAGE);
    Set<Path> before = files();
    rig.repository("registry.example/stranger");
    JsonObject record = rig.decide("registry.example/stranger:1.0");
    assertThat(reason(record)).isEqualTo("key_not_trusted");
    assertThat(files()).isEqualTo(before);
    assertThat(rig.prove(record).result()).isEqualTo(Result.NOT_PROVABLE);
  }

  private Set<Path> files() throws IOException {
    try (Stream<Path> found = Files.walk(rig.log().resolve("evidence"))) {
      return new HashSet<>(found.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void thePolicyIsKeptWithoutItsSecrets() throws IOException {
    var _ = rig.decide(IMAGE);
    List<Path> policies = new ArrayList<>();
    for (Path file : files()) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(content).doesNotContain("s3cret-canary");
      if (content.contains("\"validators\"")) {
        policies.add(file);
      }
    }
    assertThat(policies).hasSize(1);
  }

  @Test
  void whatIsAdmittedWithoutASignatureIsSaidToBeSo() {
    rig.configure(
        repository.pinnedRootPem(),
        "  - {pattern: '*:*', validator: open}\n  - {pattern: 'a.example/*:*', verify: false}");
    for (String image : List.of("b.example/x:1", "a.example/x:1")) {
      Proof proof = rig.prove(rig.decide(image));
      assertThat(proof.result()).isEqualTo(Result.PROVEN);
      assertThat(image(proof).why()).contains("nothing was verified");
    }
  }

  @Test
  void whatRestsOnTheClusterOrOnMemoryIsNotCalledProven() {
    JsonObject record = rig.decide(IMAGE);
    for (String reason : List.of("unchanged", "child_approved", "grace", "break_glass")) {
      JsonObject other =
          edited(
              edited(record, "\"signature_valid\"", "\"" + reason + "\""),
              "\"verdict\":\"verified\"",
              "\"verdict\":\"exempt\"");
      assertThat(rig.prove(other).result()).as(reason).isEqualTo(Result.NOT_PROVABLE);
    }
  }

  private void assertContradicted(JsonObject record, String... words) {
    Proof proof = rig.prove(record);
    assertThat(proof.result()).as(proof.toString()).isEqualTo(Result.CONTRADICTED);
    for (String word : words) {
      assertThat(proof.toString()).contains(word);
    }
  }

  @Test
  @DisplayName("evidence of another repository under the same root key proves nothing of this one")
  void evidenceOfAnotherRepository() {
    KeyPair pair = KeyKind.ECDSA_P256.generate();
    SignedRepository other = SignedRepository.create("registry.example/other");
    other.role("root").keys(TufKey.x509(pair, Certificates.leaf(pair, "registry.example/other")));
    other.targets().target("1.0", ProofRig.DIGEST, 528);
    rig.serve(other);
    rig.configure(other.pinnedRootPem(), "");
    JsonObject record = rig.decide("registry.example/other:1.0");
    assertThat(rig.prove(record).result()).isEqualTo(Result.PROVEN);
    assertContradicted(edited(record, "registry.example/other", GUN), "gun_mismatch");
  }

  @Test
  @DisplayName("evidence of another tag or digest than recorded")
  void evidenceOfAnotherTag() {
    JsonObject record = rig.decide(IMAGE);
    assertContradicted(edited(record, IMAGE, GUN + ":1.1"), "tag_not_signed");
    assertContradicted(edited(record, ProofRig.DIGEST, ProofRig.OTHER), ProofRig.DIGEST);
    assertContradicted(
        edited(
            record, "\"signers\":[{\"role\":\"targets\"", "\"signers\":[{\"role\":\"targets/x\""));
  }

  @Test
  @DisplayName("a record that names an attacker's root in place of the real one")
  void swappedRoot() {
    JsonObject record = rig.decide(IMAGE);
    SignedRepository evil = rig.repository(GUN);
    rig.forget().configure(evil.pinnedRootPem(), "");
    JsonObject forged = rig.decide(IMAGE);
    assertContradicted(edited(record, sha256(record, "root"), sha256(forged, "root")));
    String policy = policy(record);
    assertContradicted(edited(forged, policy(forged), policy), "trusts other keys");
  }

  private static String policy(JsonObject record) {
    Matcher named =
        Pattern.compile("\"evidence\":\\{\"sha256\":\"([0-9a-f]{64})\"").matcher(text(record));
    assertThat(named.find()).isTrue();
    return named.group(1);
  }

  @Test
  @DisplayName("a key that was not trusted then, vouched for by a policy of another day")
  void keyNotTrustedThen() {
    JsonObject before = rig.decide(IMAGE);
    SignedRepository evil = rig.repository(GUN);
    rig.forget().configure(evil.pinnedRootPem(), "");
    JsonObject after = rig.decide(IMAGE);
    assertThat(rig.prove(after).result()).isEqualTo(Result.PROVEN);
    String digest = trustRoots(before);
    JsonObject mixed =
        edited(edited(after, policy(after), policy(before)), trustRoots(after), digest);
    assertContradicted(mixed, "key_not_trusted");
  }

  private static String trustRoots(JsonObject record) {
    return record
        .get("policy")
        .flatMap(policy -> policy.asObject())
        .flatMap(policy -> policy.get("trust_root_digest"))
        .flatMap(value -> value.asString())
        .orElseThrow();
  }

  @Test
  @DisplayName("older evidence replayed for a later decision: it gives the older digest")
  void replayedOlderEvidence() {
    JsonObject older = rig.decide(IMAGE);
    repository.targets().target("1.0", ProofRig.OTHER, 528);
    repository.publish();
    JsonObject newer = rig.decide(IMAGE);
    String claimed = ProofRig.OTHER;
    JsonObject mixed = edited(older, ProofRig.DIGEST, claimed);
    assertContradicted(mixed, ProofRig.DIGEST);
    assertThat(rig.prove(newer).result()).isEqualTo(Result.PROVEN);
  }

  @Test
  @DisplayName("evidence that verifies today but had expired, or was not yet signed, then")
  void expiredThen() {
    JsonObject record = rig.decide(IMAGE);
    JsonObject late = edited(record, "\"time\":\"2026-03-14", "\"time\":\"2026-04-14");
    assertContradicted(late, "metadata_expired");
  }

  @Test
  @DisplayName("stripped evidence is named, and nothing is proven without it")
  void strippedEvidence() throws IOException {
    JsonObject record = rig.decide(IMAGE);
    for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
      String sha256 = sha256(record, role);
      byte[] content = Files.readAllBytes(file(sha256));
      Files.delete(file(sha256));
      Proof proof = rig.prove(record);
      assertThat(proof.result()).isEqualTo(Result.NOT_PROVABLE);
      assertThat(image(proof).why()).contains("evidence was removed: " + role, sha256);
      content[content.length / 2] ^= 1;
      Files.write(file(sha256), content);
      assertContradicted(record, "evidence was altered: " + role);
      content[content.length / 2] ^= 1;
      Files.write(file(sha256), content);
    }
    assertThat(rig.prove(record).result()).isEqualTo(Result.PROVEN);
    Files.delete(file(policy(record)));
    assertThat(rig.prove(record).parts())
        .anyMatch(
            part -> part.result() == Result.NOT_PROVABLE && part.why().contains("was removed"));
  }

  @Test
  @DisplayName("a replica that admits what it found bad contradicts itself")
  void aLyingReplica() {
    JsonObject record = rig.decide(GUN + ":2.0");
    assertContradicted(
        edited(record, "\"outcome\":\"denied\"", "\"outcome\":\"allowed\""), "in mode enforce");
    assertContradicted(
        edited(record, "\"verdict\":\"rejected\"", "\"verdict\":\"verified\""), "never comes with");
    assertContradicted(
        edited(
            edited(record, "\"tag_not_signed\"", "\"policy_exempt\""),
            "\"verdict\":\"rejected\"",
            "\"verdict\":\"exempt\""),
        "tag_not_signed");
  }

  @Test
  void aRecordThatIsNoneIsNotProven() {
    assertThat(rig.prove(JsonObject.builder().put("schema", "x").build()).result())
        .isEqualTo(Result.CONTRADICTED);
  }
}
