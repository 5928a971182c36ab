package dev.assayer.samples;

import static dev.assayer.samples.PlainTuf.at;
import static dev.assayer.samples.PlainTuf.names;
import static dev.assayer.samples.PlainTuf.number;
import static dev.assayer.samples.PlainTuf.signed;
import static dev.assayer.samples.PlainTuf.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignedRepositoryTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final String RELEASES = "targets/releases";
  private static final Instant NOW = Instant.parse("2026-08-01T10:00:00.123456789Z");

  private final SignedRepository repository =
      SignedRepository.create(GUN, InstantSource.fixed(NOW));

  @Test
  void every_role_is_signed_by_the_keys_that_root_lists_under_their_true_ids() throws Exception {
    repository.targets().target("1.4", DIGEST, 528);
    Map<String, byte[]> files = repository.publish();
    Json root = signed(files.get("root.json"));

    for (String role : names(root, "roles")) {
      String id = text(root, "roles", role, "keyids", "0");
      Json keys = at(root, "keys");
      assertThat(PlainTuf.keyId(at(keys, id))).isEqualTo(id);
      assertThat(PlainTuf.validSignatures(files.get(role + ".json"), keys))
          .as(role)
          .containsExactly(Map.entry(id, 1));
    }
    assertThat(names(root, "roles"))
        .containsExactlyInAnyOrder("root", "targets", "snapshot", "timestamp");
  }

  @Test
  void the_chain_of_hashes_and_lengths_leads_from_timestamp_to_each_file() throws Exception {
    repository.delegate(RELEASES, TufKey.bare(KeyKind.ECDSA_P256)).target("1.4", DIGEST, 528);
    Map<String, byte[]> files = repository.publish();

    Json snapshot = signed(files.get("snapshot.json"));
    assertThat(names(snapshot, "meta")).containsExactlyInAnyOrder("root", "targets", RELEASES);
    assertThat(names(signed(files.get("timestamp.json")), "meta")).containsExactly("snapshot");
    for (String role : names(snapshot, "meta")) {
      byte[] file = files.get(role + ".json");
      assertThat(number(snapshot, "meta", role, "length")).isEqualTo(file.length);
      String sha256 =
          HexFormat.of()
              .formatHex(
                  Base64.getDecoder().decode(text(snapshot, "meta", role, "hashes", "sha256")));
      assertThat(sha256).isEqualTo(PlainTuf.sha256(file));
      assertThat(files.get(role + "." + sha256 + ".json")).isEqualTo(file);
      assertThat(Base64.getDecoder().decode(text(snapshot, "meta", role, "hashes", "sha512")))
          .hasSize(64);
    }
    byte[] digest =
        Base64.getDecoder()
            .decode(
                text(signed(files.get(RELEASES + ".json")), "targets", "1.4", "hashes", "sha256"));
    assertThat("sha256:" + HexFormat.of().formatHex(digest)).isEqualTo(DIGEST);
  }

  @ParameterizedTest
  @EnumSource(names = "RSA_4096", mode = EnumSource.Mode.EXCLUDE)
  void every_kind_of_key_signs(KeyKind kind) throws Exception {
    TufKey key = TufKey.bare(kind);
    repository.targets().keys(key);
    Map<String, byte[]> files = repository.publish();

    Json keys = at(signed(files.get("root.json")), "keys");
    assertThat(PlainTuf.keyId(at(keys, key.id()))).isEqualTo(key.id());
    assertThat(PlainTuf.validSignatures(files.get("targets.json"), keys))
        .containsExactly(Map.entry(key.id(), 1));
  }

  @Test
  void the_root_certificate_names_the_repository_and_holds_the_pinned_key() {
    X509Certificate certificate =
        repository.role(SignedRepository.ROOT).keys().getFirst().certificate().orElseThrow();

    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + GUN);
    assertThat(certificate.getBasicConstraints()).as("not a CA").isEqualTo(-1);
    assertThat(repository.rootCertificatePem()).startsWith("-----BEGIN CERTIFICATE-----\n");
    String pem = repository.pinnedRootPem();
    byte[] spki =
        Base64.getMimeDecoder().decode(pem.lines().skip(1).toList().toString().split("----", 2)[0]);
    assertThat(spki).isEqualTo(certificate.getPublicKey().getEncoded());
  }

  @Test
  void expiries_are_the_defaults_of_notary_in_go_s_format() throws Exception {
    Map<String, byte[]> files = repository.publish();

    assertThat(text(signed(files.get("timestamp.json")), "expires"))
        .isEqualTo("2026-08-15T05:00:00.123456789-05:00");
    assertThat(expiry(files, "targets")).isEqualTo(NOW.plus(Duration.ofDays(3 * 365)));
    assertThat(expiry(files, "snapshot")).isEqualTo(NOW.plus(Duration.ofDays(3 * 365)));
    assertThat(expiry(files, "root")).isEqualTo(NOW.plus(Duration.ofDays(3650)));

    repository.targets().lifetime(Duration.ofDays(-1));
    assertThat(expiry(repository.publish(), "targets")).isEqualTo(NOW.minus(Duration.ofDays(1)));
  }

  @Test
  void publishing_again_signs_only_what_changed_and_keeps_former_files() throws Exception {
    repository.targets().target("1.4", DIGEST, 528);
    Map<String, byte[]> first = repository.publish();
    Map<String, byte[]> second = repository.publish();
    repository.targets().target("1.4", "sha256:" + "cd".repeat(32), 529);
    Map<String, byte[]> third = repository.publish();

    assertThat(versions(first)).containsExactly(1, 1, 1, 1);
    assertThat(versions(second)).containsExactly(1, 1, 1, 2);
    assertThat(versions(third)).containsExactly(1, 2, 2, 3);
    assertThat(third.get("root.json")).isSameAs(first.get("root.json"));
    assertThat(third).containsKeys(first.keySet().toArray(String[]::new));
  }

  @Test
  void a_new_root_is_signed_by_the_old_key_and_the_new_one_unless_told_otherwise()
      throws Exception {
    Json oldKeys = at(signed(repository.publish().get("root.json")), "keys");
    TufKey old = repository.role(SignedRepository.ROOT).keys().getFirst();
    TufKey fresh = TufKey.x509(KeyKind.ECDSA_P256, GUN);

    repository.role(SignedRepository.ROOT).keys(fresh);
    Map<String, byte[]> files = repository.publish();
    byte[] second = files.get("2.root.json");
    assertThat(second).isEqualTo(files.get("root.json"));
    assertThat(PlainTuf.validSignatures(second, oldKeys)).containsOnlyKeys(old.id());
    assertThat(PlainTuf.validSignatures(second, at(signed(second), "keys")))
        .containsOnlyKeys(fresh.id());

    TufKey stolen = TufKey.x509(KeyKind.ECDSA_P256, GUN);
    repository.role(SignedRepository.ROOT).keys(stolen).signers(stolen);
    byte[] third = repository.publish().get("3.root.json");
    assertThat(PlainTuf.validSignatures(third, at(signed(second), "keys"))).isEmpty();
    assertThat(PlainTuf.validSignatures(third, at(signed(third), "keys")))
        .containsOnlyKeys(stolen.id());
  }

  @Test
  void delegations_stand_in_their_parent_and_leave_with_all_below_them() throws Exception {
    TufKey lou = TufKey.x509(KeyKind.ECDSA_P256, "lou");
    TufKey max = TufKey.bare(KeyKind.ED25519);
    repository.delegate("targets/a", lou, max).threshold(2).paths("rel/", "v");
    repository.delegate("targets/a/b", max);
    Map<String, byte[]> files = repository.publish();

    Json delegations = at(signed(files.get("targets.json")), "delegations");
    Json entry = at(delegations, "roles", "0");
    assertThat(text(entry, "name")).isEqualTo("targets/a");
    assertThat(number(entry, "threshold")).isEqualTo(2);
    assertThat(at(entry, "paths")).isEqualTo(JsonArray.ofStrings(List.of("rel/", "v")));
    assertThat(PlainTuf.validSignatures(files.get("targets/a.json"), at(delegations, "keys")))
        .containsOnlyKeys(lou.id(), max.id());
    Json nested = at(signed(files.get("targets/a.json")), "delegations");
    assertThat(text(nested, "roles", "0", "name")).isEqualTo("targets/a/b");
    assertThat(at(nested, "roles", "0", "paths")).isEqualTo(JsonArray.of(Json.of("")));

    repository.removeDelegation("targets/a");
    files = repository.publish();
    assertThat(files).doesNotContainKeys("targets/a.json", "targets/a/b.json");
    assertThat(names(signed(files.get("snapshot.json")), "meta"))
        .containsExactlyInAnyOrder("root", "targets");
    assertThatThrownBy(() -> repository.delegate("targets/none/b", max))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("targets/none");
  }

  @Test
  void a_delegation_nobody_signed_has_no_file_and_may_vanish_again() throws Exception {
    TufRole releases = repository.delegate(RELEASES, TufKey.bare(KeyKind.ECDSA_P256));
    releases.published(false);
    assertThat(repository.publish()).doesNotContainKey(RELEASES + ".json");

    releases.published(true);
    assertThat(repository.publish()).containsKey(RELEASES + ".json");

    releases.published(false);
    Map<String, byte[]> files = repository.publish();
    assertThat(files).doesNotContainKey(RELEASES + ".json");
    assertThat(names(signed(files.get("snapshot.json")), "meta")).doesNotContain(RELEASES);
  }

  private static Instant expiry(Map<String, byte[]> files, String role) throws Exception {
    return OffsetDateTime.parse(text(signed(files.get(role + ".json")), "expires")).toInstant();
  }

  private static int[] versions(Map<String, byte[]> files) throws Exception {
    return new int[] {
      (int) number(signed(files.get("root.json")), "version"),
      (int) number(signed(files.get("targets.json")), "version"),
      (int) number(signed(files.get("snapshot.json")), "version"),
      (int) number(signed(files.get("timestamp.json")), "version")
    };
  }
}
