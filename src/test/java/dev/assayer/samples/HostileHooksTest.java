package dev.assayer.samples;

import static dev.assayer.samples.PlainTuf.at;
import static dev.assayer.samples.PlainTuf.number;
import static dev.assayer.samples.PlainTuf.signed;
import static dev.assayer.samples.PlainTuf.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonNumber;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

/** Each hook makes the lie it promises, and the rest of the repository stays consistent. */
class HostileHooksTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  private final SignedRepository repository = SignedRepository.create(GUN);
  private final TufRole targets = repository.targets().target("1.4", DIGEST, 528);

  @Test
  void edited_metadata_is_signed_as_edited_and_named_by_the_snapshot() throws Exception {
    repository.role("root").editSigned(Edit.set(Json.of(0), "roles", "targets", "threshold"));
    targets.editSigned(
        Edit.all(
            Edit.set(Json.of("Snapshot"), "_type"),
            Edit.remove("targets", "1.4", "length"),
            Edit.map(old -> JsonArray.of(old), "version")));
    Map<String, byte[]> files = repository.publish();

    Json root = signed(files.get("root.json"));
    assertThat(number(root, "roles", "targets", "threshold")).isZero();
    byte[] file = files.get("targets.json");
    assertThat(text(signed(file), "_type")).isEqualTo("Snapshot");
    assertThat(at(signed(file), "targets", "1.4").asObject().orElseThrow().has("length")).isFalse();
    assertThat(number(signed(file), "version", "0")).isEqualTo(1);
    assertThat(PlainTuf.validSignatures(file, at(root, "keys"))).hasSize(1);
    assertThat(number(signed(files.get("snapshot.json")), "meta", "targets", "length"))
        .isEqualTo(file.length);
  }

  @Test
  void a_float_which_canonical_json_cannot_write_is_still_signed() {
    repository
        .role("root")
        .editSigned(Edit.set(new JsonNumber("1.5"), "roles", "targets", "threshold"));

    byte[] file = repository.publish().get("root.json");

    assertThat(new String(file, StandardCharsets.UTF_8)).contains("\"threshold\":1.5");
  }

  @Test
  void signatures_can_be_dropped_repeated_and_relabelled() throws Exception {
    repository.publish();
    Json keys = at(signed(repository.file("root.json").orElseThrow()), "keys");
    String id = targets.keys().getFirst().id();

    targets.editSignatures(list -> List.of());
    assertThat(PlainTuf.validSignatures(repository.publish().get("targets.json"), keys)).isEmpty();

    targets.editSignatures(list -> List.of(list.getFirst(), list.getFirst()));
    assertThat(PlainTuf.validSignatures(repository.publish().get("targets.json"), keys))
        .containsExactly(Map.entry(id, 2));

    targets.editSignatures(list -> List.of(list.getFirst().withMethod("rsapss").withKeyId("00")));
    byte[] relabelled = repository.publish().get("targets.json");
    assertThat(text(PlainTuf.parse(relabelled), "signatures", "0", "method")).isEqualTo("rsapss");
    assertThat(text(PlainTuf.parse(relabelled), "signatures", "0", "keyid")).isEqualTo("00");

    targets.editSignatures(list -> List.of(list.getFirst().withBytes(new byte[63])));
    byte[] zeros = repository.publish().get("targets.json");
    assertThat(text(PlainTuf.parse(zeros), "signatures", "0", "sig")).isEqualTo("A".repeat(84));

    targets.honest();
    assertThat(PlainTuf.validSignatures(repository.publish().get("targets.json"), keys))
        .containsExactly(Map.entry(id, 1));
  }

  @Test
  void a_tampered_file_is_named_by_the_snapshot_but_its_signature_fails() throws Exception {
    targets.editFile(Edit.text("\"length\":528", "\"length\":529"));
    Map<String, byte[]> files = repository.publish();
    byte[] file = files.get("targets.json");

    assertThat(number(signed(file), "targets", "1.4", "length")).isEqualTo(529);
    assertThat(PlainTuf.validSignatures(file, at(signed(files.get("root.json")), "keys")))
        .isEmpty();
    assertThat(files).containsKey("targets." + PlainTuf.sha256(file) + ".json");

    targets.editFile(Edit.flipBit(-1));
    assertThat(repository.publish().get("targets.json")).endsWith('}' ^ 1);
    targets.editFile(Edit.text("no such text", ""));
    assertThatThrownBy(repository::publish).hasMessageContaining("no such text");
  }

  @Test
  void foreign_keys_sign_and_false_ids_are_listed() throws Exception {
    TufKey foreign = TufKey.bare(KeyKind.ECDSA_P256);
    targets.signers(foreign);
    Map<String, byte[]> files = repository.publish();
    assertThat(text(PlainTuf.parse(files.get("targets.json")), "signatures", "0", "keyid"))
        .isEqualTo(foreign.id());

    TufKey twin = foreign.withId("f".repeat(64));
    targets.keys(foreign, twin).threshold(2).signersAsListed();
    files = repository.publish();
    Json keys = at(signed(files.get("root.json")), "keys");
    assertThat(PlainTuf.validSignatures(files.get("targets.json"), keys))
        .containsOnlyKeys(foreign.id(), "f".repeat(64));
    assertThat(PlainTuf.keyId(at(keys, "f".repeat(64)))).isEqualTo(foreign.id());
  }

  @Test
  void keys_too_weak_for_an_honest_client_can_be_listed_and_really_sign() throws Exception {
    KeyPairGenerator curves = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    curves.initialize(new ECGenParameterSpec("secp112r1"));
    KeyPair weak = curves.generateKeyPair();
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);
    TufKey small = TufKey.bare(rsa.generateKeyPair());
    targets.keys(TufKey.bare(weak), small);
    Map<String, byte[]> files = repository.publish();

    Json envelope = PlainTuf.parse(files.get("targets.json"));
    assertThat(text(envelope, "signatures", "0", "method")).isEqualTo("ecdsa");
    assertThat(text(envelope, "signatures", "0", "sig")).hasSizeLessThan(44);
    Json keys = at(signed(files.get("root.json")), "keys");
    assertThat(at(keys, small.id())).isEqualTo(small.json());
    TufKey confused = TufKey.claiming("rsa", weak.getPublic().getEncoded(), weak);
    assertThat(text(confused.json(), "keytype")).isEqualTo("rsa");
  }

  @Test
  void versions_can_go_back_and_stand_still_with_other_content() throws Exception {
    targets.version(Long.MAX_VALUE);
    assertThat(version(repository.publish())).isEqualTo(Long.MAX_VALUE);
    targets.version(5);
    assertThat(version(repository.publish())).isEqualTo(5);
    targets.version(5).target("1.4", DIGEST, 999);
    assertThat(version(repository.publish())).isEqualTo(5);
    targets.target("1.4", DIGEST, 1000);
    assertThat(version(repository.publish())).isEqualTo(6);
  }

  @Test
  void any_file_can_be_replaced_withheld_or_taken_from_an_earlier_time() {
    Map<String, byte[]> first = repository.publish();
    targets.target("1.5", DIGEST, 528);
    repository.publish();

    repository.serve("timestamp.json", new byte[] {1});
    repository.withhold("snapshot.json");
    assertThat(repository.file("timestamp.json")).hasValue(new byte[] {1});
    assertThat(repository.file("snapshot.json")).isEmpty();
    assertThat(repository.file("root.json")).isPresent();

    repository.serveAsPublished();
    repository.serveOnly(first);
    assertThat(repository.file("timestamp.json")).hasValue(first.get("timestamp.json"));

    repository.serveAsPublished();
    assertThat(repository.file("timestamp.json").orElseThrow())
        .isNotEqualTo(first.get("timestamp.json"));
  }

  @Test
  void role_names_that_no_honest_client_makes_can_be_delegated() throws Exception {
    repository.delegateUnder("targets", "../../etc/passwd", TufKey.bare(KeyKind.ED25519));

    Json published = signed(repository.publish().get("targets.json"));

    assertThat(text(published, "delegations", "roles", "0", "name")).isEqualTo("../../etc/passwd");
  }

  @Test
  void an_edit_that_hits_nothing_is_an_error_in_the_test() {
    targets.editSigned(Edit.set(Json.of(1), "targets", "1.5", "length"));
    assertThatThrownBy(repository::publish).hasMessage("nothing at 1.5");
    targets.editSigned(Edit.remove("targets", "1.5"));
    assertThatThrownBy(repository::publish).hasMessage("nothing at 1.5");
    targets.editSigned(Edit.map(old -> old, "delegations", "roles", "0"));
    assertThatThrownBy(repository::publish).hasMessage("nothing at 0");
  }

  private static long version(Map<String, byte[]> files) throws Exception {
    return number(signed(files.get("targets.json")), "version");
  }
}
