package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonNumber;
import dev.assayer.json.JsonObject;
import dev.assayer.json.JsonText;
import dev.assayer.json.StrictJson;
import dev.assayer.samples.Edit;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import dev.assayer.validation.ValidationResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not what they should be, validly signed or not. */
class MalformedMetadataTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  private void malformed(String role, String path, Json value) {
    repository.role(role).editSigned(Edit.set(value, path.split("\\.", -1)));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, role + ".json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "2147483648", "1.5", "1e0", "1.0", "4294967297"})
  @DisplayName("TUF-16 threshold 0, -1, 2^31, 1.5 of any role in root")
  void aThresholdThatIsNone(String threshold) {
    for (String role : List.of("root", "targets", "snapshot", "timestamp")) {
      malformed("root", "roles." + role + ".threshold", new JsonNumber(threshold));
    }
  }

  @Test
  @DisplayName("TUF-16 threshold \"1\", null, true, absent")
  void aThresholdOfAnotherType() {
    malformed("root", "roles.targets.threshold", Json.of("1"));
    malformed("root", "roles.targets.threshold", JsonNull.NULL);
    malformed("root", "roles.targets.threshold", Json.of(true));
    repository.role("root").editSigned(Edit.remove("roles", "targets", "threshold"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "threshold");
  }

  @Test
  @DisplayName("TUF-16 threshold 0 of a delegation")
  void aDelegationThresholdThatIsNone() {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    malformed("targets", "delegations.roles.0.threshold", Json.of(0));
    malformed("targets", "delegations.roles.0.threshold", Json.of("1"));
  }

  @ParameterizedTest
  @CsvSource({
    "targets, Snapshot",
    "targets, targets",
    "targets, TARGETS",
    "targets, ''",
    "targets/releases, Snapshot",
    "targets/releases, targets",
    "snapshot, Targets",
    "snapshot, snapshot",
    "timestamp, Snapshot",
    "timestamp, timestamp",
    "root, root",
    "root, Targets"
  })
  @DisplayName("TUF-21 _type of another role; in another spelling")
  void anotherType(String role, String type) {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    malformed(role, "_type", Json.of(type));
  }

  @Test
  @DisplayName("TUF-21 validly signed files of one role in the place of another")
  void oneRolesFileForAnother() {
    TufKey shared = key();
    for (String role : List.of("timestamp", "snapshot", "targets")) {
      repository.role(role).keys(shared);
    }
    repository.publish();
    repository.serve("timestamp.json", NotaryRig.file(repository, "snapshot.json"));
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "_type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "1.0",
        "2.9",
        "18446744073709551617",
        "9223372036854775808",
        "1e3",
        "-0"
      })
  @DisplayName("JSN-03 a version that would be rounded or wrapped is no version")
  void aVersionThatIsNone(String version) {
    for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
      malformed(role, "version", new JsonNumber(version));
      repository.role(role).honest();
    }
  }

  @Test
  void aVersionOfAnotherType() {
    malformed("targets", "version", Json.of("2"));
    malformed("targets", "version", JsonNull.NULL);
    malformed("targets", "version", Json.of(true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "never",
        "2099-01-01",
        "2099-01-01T00:00:00",
        "2099-13-01T00:00:00Z",
        "2099-02-30T00:00:00Z",
        "99999999999-01-01T00:00:00Z",
        "4070908800"
      })
  void anExpiryThatIsNoInstant(String expires) {
    for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
      malformed(role, "expires", Json.of(expires));
      repository.role(role).honest();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "root, keys",
    "root, roles",
    "root, roles.timestamp",
    "timestamp, meta",
    "timestamp, meta.snapshot",
    "timestamp, meta.snapshot.hashes",
    "snapshot, meta",
    "snapshot, meta.root",
    "snapshot, meta.targets",
    "targets, targets",
    "targets, delegations.keys",
    "targets, version",
    "targets, expires",
    "targets, _type"
  })
  void aMemberIsMissingOrOfAnotherType(String role, String path) {
    repository.role(role).editSigned(Edit.remove(path.split("\\.", -1)));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, role + ".json");
    malformed(role, path, Json.of(true));
    malformed(role, path, JsonArray.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{}",
        "{\"signed\":{}}",
        "{\"signed\":{},\"signatures\":null}",
        "{\"signed\":null,\"signatures\":[]}",
        "{\"signed\":{\"_type\":\"Timestamp\"},\"signatures\":[7]}",
        "{\"signed\":{\"_type\":\"Timestamp\"},\"signatures\":[{\"keyid\":1}]}",
        "{\"signed\":{\"_type\":\"Timestamp\"},\"signatures\":{}}",
        "<html>Please log in</html>",
        "{\"errors\":[{\"code\":\"UNKNOWN\"}]}"
      })
  void aFileThatIsNoMetadata(String text) {
    for (String role : List.of("timestamp", "root")) {
      repository.serve(role + ".json", text.getBytes(StandardCharsets.UTF_8));
      assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, role + ".json");
      repository.serveAsPublished();
    }
  }

  @Test
  @DisplayName("JSN-01 nesting depth 100 000 before any signature is checked")
  void veryDeepNesting() {
    String deep = "{\"signed\":" + "[".repeat(25_000) + "]".repeat(25_000) + "}";
    repository.serve("timestamp.json", deep.getBytes(StandardCharsets.UTF_8));
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "nested deeper");
  }

  @Test
  @DisplayName("JSN-05 JSN-06 JSN-07 duplicate keys, overlong UTF-8, byte order mark, UTF-16")
  void textsThatTwoReadersWouldReadDifferently() {
    String honest =
        new String(NotaryRig.file(repository, "timestamp.json"), StandardCharsets.UTF_8);
    byte[] twice =
        Edit.text("\"version\":", "\"version\":9,\"v\\u0065rsion\":")
            .apply(honest.getBytes(StandardCharsets.UTF_8));
    byte[] overlong = honest.replace("Timestamp", "Timest__amp").getBytes(StandardCharsets.UTF_8);
    int at = honest.indexOf("Timestamp") + 6;
    overlong[at] = (byte) 0xc0;
    overlong[at + 1] = (byte) 0xaf;
    for (byte[] bytes :
        List.of(
            twice,
            overlong,
            ("\ufeff" + honest).getBytes(StandardCharsets.UTF_8),
            honest.getBytes(StandardCharsets.UTF_16),
            (honest + "{}").getBytes(StandardCharsets.UTF_8),
            honest.substring(0, honest.length() - 1).getBytes(StandardCharsets.UTF_8))) {
      repository.serve("timestamp.json", bytes);
      assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "timestamp.json");
    }
  }

  @Test
  @DisplayName("TUF-31 canonical form: spaces, key order and escapes of the file do not matter")
  void anotherFormOfTheSameValue() {
    repository.targets().editFile(MalformedMetadataTest::reversed);
    repository.role("snapshot").editFile(MalformedMetadataTest::reversed);
    repository.role("timestamp").editFile(MalformedMetadataTest::reversed);
    repository.role("root").editFile(MalformedMetadataTest::reversed);
    repository.publish();
    byte[] served = NotaryRig.file(repository, "targets.json");
    assertThat(new String(served, StandardCharsets.UTF_8))
        .startsWith("{ \t\"sign")
        .contains("t\\u0061rgets", "\r\n");
    assertTrusted(rig.verify(IMAGE), DIGEST);
  }

  /** Members in reverse, white space, and needless escapes. */
  private static byte[] reversed(byte[] file) {
    try {
      Json parsed = StrictJson.parse(file, JsonLimits.metadata(file.length));
      String text =
          JsonText.compact(reversed(parsed))
              .replace("{", "{ \t")
              .replace("/", "\\/")
              .replace("expires", "expires".replace("e", "\\u0065"))
              .replace("targets", "t\\u0061rgets");
      return (text + "\r\n ").getBytes(StandardCharsets.UTF_8);
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }

  private static Json reversed(Json value) {
    if (value instanceof JsonObject object) {
      JsonObject.Builder builder = JsonObject.builder();
      List<Map.Entry<String, Json>> entries = new ArrayList<>(object.entries());
      for (Map.Entry<String, Json> entry : entries.reversed()) {
        builder.put(entry.getKey(), reversed(entry.getValue()));
      }
      return builder.build();
    }
    return value instanceof JsonArray array
        ? new JsonArray(array.values().stream().map(MalformedMetadataTest::reversed).toList())
        : value;
  }

  @Test
  @DisplayName("TUF-31 canonical form: composed and decomposed text are different texts")
  void textIsNotNormalised() {
    repository.targets().target("1.0", DIGEST, 528).target("e\u0301", DIGEST, 528);
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    repository.targets().editFile(Edit.text("e\u0301", "\u00e9"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.SIGNATURE_INVALID);
  }

  @Test
  @DisplayName("TUF-31 canonical form: a value that would not read back as itself is refused")
  void aControlCharacter() {
    repository.targets().editFile(Edit.text("\"_type\"", "\"a\\u0001\":1,\"_type\""));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "control character");
    repository.targets().editFile(Edit.text("\"_type\"", "\"a\":1.0,\"_type\""));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "integers");
    repository.targets().editFile(Edit.text("\"_type\"", "\"\\ud800\":1,\"_type\""));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "surrogate");
  }

  @Test
  @DisplayName("a root with thousands of keys that are slow to read costs little")
  void thousandsOfKeysInRoot() {
    byte[] spki = KeyKind.ECDSA_P521.generate().getPublic().getEncoded();
    JsonObject.Builder keys = JsonObject.builder();
    for (int i = 0; i < 3000; i++) {
      byte[] other = spki.clone();
      other[other.length - 1] = (byte) i;
      other[other.length - 2] = (byte) (i >> 8);
      keys.put(
          "k" + i,
          JsonObject.builder()
              .put("keytype", "ecdsa")
              .put(
                  "keyval",
                  JsonObject.builder()
                      .put("public", Base64.getEncoder().encodeToString(other))
                      .build())
              .build());
    }
    repository.role("root").editSigned(Edit.set(keys.build(), "keys"));
    repository.publish();
    assertThat(NotaryRig.file(repository, "root.json")).hasSizeLessThan(1 << 20);
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "3000 keys");
  }

  @Test
  @DisplayName("stolen delegation key: 20 000 delegations with colliding names cost little")
  void collidingNames() {
    repository.delegate("targets/lou", key()).target("1.0", DIGEST, 528);
    List<Json> roles = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder name = new StringBuilder("targets/lou/");
      for (int bit = 0; bit < 15; bit++) {
        name.append((i >> bit & 1) == 0 ? "an" : "c0");
      }
      roles.add(
          JsonObject.builder()
              .put("keyids", List.of())
              .put("name", name.toString())
              .put("threshold", 1)
              .build());
    }
    assertThat("an".hashCode()).isEqualTo("c0".hashCode());
    repository
        .role("targets/lou")
        .editSigned(Edit.set(new JsonArray(roles), "delegations", "roles"));
    repository.publish();
    assertTrusted(rig.verifyWithin(Duration.ofSeconds(3), IMAGE, "lou"), DIGEST);
  }

  @Test
  void detailsStayShortWhateverTheFileSays() {
    String long512 = "x".repeat(50_000);
    repository
        .role("snapshot")
        .editSigned(
            Edit.set(
                JsonObject.builder().put(long512, "eA==").build(), "meta", "targets", "hashes"));
    repository.publish();
    ValidationResult result = rig.verify(IMAGE);
    assertRefused(result, Reason.HASH_UNSUPPORTED);
    assertThat(((ValidationResult.Refused) result).detail()).hasSizeLessThan(300);
  }
}
