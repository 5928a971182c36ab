package dev.assayer.validation.notary;

import static dev.assayer.validation.notary.NotaryRig.DIGEST;
import static dev.assayer.validation.notary.NotaryRig.assertRefused;
import static dev.assayer.validation.notary.NotaryRig.assertTrusted;
import static dev.assayer.validation.notary.NotaryRig.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Reason;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonBoolean;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.Edit;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufRole;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Delegations whose names, order or number no honest client would make. */
class HostileDelegationsTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final String IMAGE = GUN + ":1.0";

  private final NotaryRig rig = new NotaryRig();
  private final SignedRepository repository = rig.repository(GUN);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @DisplayName("TUF-23 delegation cycle: a to b to a")
  void aCycle() {
    repository.delegate("targets/a", key()).target("1.0", DIGEST, 528);
    TufRole b = repository.delegate("targets/a/b", key()).target("1.0", DIGEST, 528);
    repository.publish();
    JsonObject back =
        JsonObject.builder()
            .put("keyids", List.of())
            .put("name", "targets/a")
            .put("paths", List.of(""))
            .put("threshold", 1)
            .build();
    b.editSigned(Edit.set(new JsonArray(List.of(back)), "delegations", "roles"));
    repository.publish();
    assertRefused(rig.verify(IMAGE, "a/b"), Reason.METADATA_MALFORMED, "not directly below");
    assertTrusted(rig.verify(IMAGE, "a"), DIGEST);
  }

  @Test
  @DisplayName("TUF-23 a delegation to itself, to targets, to a role beside it")
  void delegationsThatDoNotDescend() {
    for (String name : List.of("targets", "targets/releases/x", "root", "targets/a/b")) {
      repository.targets().editSigned(delegating(name));
      repository.publish();
      assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "not directly below");
    }
  }

  private static java.util.function.UnaryOperator<JsonObject> delegating(String name) {
    JsonObject role =
        JsonObject.builder()
            .put("keyids", List.of())
            .put("name", name)
            .put("paths", List.of(""))
            .put("threshold", 1)
            .build();
    return Edit.set(new JsonArray(List.of(role)), "delegations", "roles");
  }

  @Test
  @DisplayName("TUF-23 a chain of 32 delegations is followed, one of 33 is not")
  void depth() {
    String name = "targets";
    for (int depth = 0; depth < 32; depth++) {
      name += "/a";
      repository.delegate(name, key()).target("1.0", DIGEST, 528);
    }
    repository.publish();
    assertTrusted(rig.verify(IMAGE, name), DIGEST);
    assertRefused(rig.verify(IMAGE, name + "/a"), Reason.CONFIG_ERROR);
    repository.delegate(name + "/a", key()).target("1.0", DIGEST, 528);
    repository.publish();
    assertRefused(rig.verify(IMAGE, name), Reason.METADATA_MALFORMED);
  }

  @Test
  @DisplayName("TUF-23 a chain of depth 10 000")
  void aVeryDeepName() {
    String deep = "targets" + "/a".repeat(10_000);
    assertRefused(rig.verify(IMAGE, deep), Reason.CONFIG_ERROR);
    repository.targets().editSigned(delegating(deep));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED);
  }

  @Test
  @DisplayName("TUF-24 a terminating flag and other unknown fields are as if absent")
  void unknownFields() {
    repository.delegate("targets/releases", key()).target("1.0", DIGEST, 528);
    repository
        .targets()
        .editSigned(
            Edit.all(
                Edit.set(JsonBoolean.TRUE, "delegations", "roles", "0", "terminating"),
                Edit.set(JsonArray.ofStrings(List.of("00")), "delegations", "roles", "0", "x"),
                Edit.set(Json.of("1.0.31"), "spec_version"),
                Edit.set(JsonObject.builder().put("a", 1).build(), "custom")));
    repository
        .role("root")
        .editSigned(Edit.set(JsonBoolean.TRUE, "roles", "targets", "terminating"));
    repository.publish();
    assertTrusted(rig.verify(IMAGE), DIGEST);
    assertRefused(rig.verify(GUN + ":2.0"), Reason.TAG_NOT_SIGNED, "targets/releases");
  }

  static List<String> hostileNames() {
    return List.of(
        "../../etc/passwd",
        "targets/../../../etc/passwd",
        "targets/a/../b",
        "targets/%2e%2e",
        "targets/..",
        "targets/.",
        "",
        "targets/",
        "targets//a",
        "/targets/a",
        "targets/A",
        "targets/a b",
        "targets/a?x=1",
        "targets/a#b",
        "targets/\u00e4",
        "targets/a\\b",
        "targets/" + "a".repeat(4096));
  }

  @ParameterizedTest
  @MethodSource("hostileNames")
  @DisplayName("TUF-25 role names: ../../etc/passwd, a/../b, %2e%2e, empty, 4 KiB")
  void aHostileRoleName(String name) {
    repository.targets().editSigned(delegating(name));
    repository
        .role("snapshot")
        .editSigned(signed ->
            Edit.set(
                    signed
                        .get("meta")
                        .orElseThrow()
                        .asObject()
                        .orElseThrow()
                        .get("targets")
                        .orElseThrow(),
                    "meta",
                    name)
                .apply(signed));
    repository.publish();
    rig.forgetRequests();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED);
    assertRefused(rig.verify(IMAGE, name), Reason.CONFIG_ERROR);
    assertThat(rig.filesAskedFor())
        .allMatch(file -> file.matches("[a-z/]+(\\.[0-9a-f]{64})?\\.json"))
        .noneMatch(file -> file.contains("passwd"));
  }

  @Test
  @DisplayName("TUF-25 role names: a NUL or another control character")
  void aControlCharacterInARoleName() {
    repository
        .targets()
        .editFile(Edit.text("\"roles\":[]", "\"roles\":[{\"name\":\"targets/a\\u0000\"}]"));
    repository.publish();
    assertRefused(rig.verify(IMAGE), Reason.METADATA_MALFORMED, "control character");
    assertRefused(rig.verify(IMAGE, "a\0"), Reason.CONFIG_ERROR);
  }
}
