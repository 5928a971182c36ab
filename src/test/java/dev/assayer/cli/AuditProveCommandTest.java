package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.Ed25519Signer;
import dev.assayer.json.Json;
import dev.assayer.json.JsonObject;
import dev.assayer.proof.ProofRig;
import dev.assayer.samples.SignedRepository;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assayer audit prove}, with a log and with a bundle, honest and not. */
class AuditProveCommandTest {
  private static final String GUN = "registry.example/app";

  @TempDir private Path dir;
  private Path log;
  private Path key;
  private String admitted = "";
  private String denied = "";
  private String stranger = "";

  @BeforeEach
  void decide() {
    try (ProofRig rig = new ProofRig(dir)) {
      log = rig.log();
      key = rig.key();
      SignedRepository repository = rig.repository(GUN);
      rig.configure(repository.pinnedRootPem(), "");
      admitted = id(rig.decide(GUN + ":1.0"));
      denied = id(rig.decide(GUN + ":2.0"));
      stranger = id(rig.decide("registry.example/unknown:1.0"));
    }
  }

  private static String id(JsonObject record) {
    return record.get("record_id").flatMap(Json::asString).orElseThrow();
  }

  private Cli.Ran prove(String... arguments) {
    List<String> all = new ArrayList<>(List.of("audit", "prove"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--key", key.toString()));
    return new Cli().run(all.toArray(String[]::new));
  }

  private Cli.Ran fromLog(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--directory", log.toString()));
    return prove(all.toArray(String[]::new));
  }

  private Path bundle() {
    Path file = dir.resolve("decision.json");
    Cli.Ran ran = fromLog(admitted, "--export", file.toString());
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    return file;
  }

  @Test
  void anAdmissionAndADenialAreProven() {
    Cli.Ran ran = fromLog(admitted);
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.lines().getFirst())
        .startsWith(
            "proven: decision " + admitted + " was allowed [signature_valid] on 2026-03-14");
    assertThat(ran.out())
        .contains("  log: proven: entry 0 of assayer/test/assayer-0", ProofRig.DIGEST)
        .contains("what no file proves:\n  the time, 2026-03-14T09:26:53Z");
    assertThat(fromLog(denied).code()).isZero();
    Cli.Ran json = fromLog(admitted, "-o", "json");
    assertThat(json.objects().getFirst().get("result").flatMap(Json::asString)).contains("proven");
  }

  @Test
  void whatCannotBeProvenEndsWithThreeAndWhatIsNotThereWithTwo() {
    Cli.Ran ran = fromLog(stranger);
    assertThat(ran.code()).as(ran.out()).isEqualTo(3);
    assertThat(ran.out()).startsWith("NOT PROVEN: decision").contains("no_trust_data");
    assertThat(fromLog("unknown").code()).isEqualTo(2);
    assertThat(fromLog().code()).isEqualTo(2);
    assertThat(prove(admitted, "--directory", dir.toString()).code()).isEqualTo(2);
    assertThat(prove("--bundle", dir.resolve("none").toString()).code()).isEqualTo(2);
    String file = dir.resolve("x").toString();
    assertThat(prove("--bundle", file, "--export", file).code()).isEqualTo(2);
  }

  @Test
  @DisplayName("OPS-05: stripped evidence: prove names the file and ends with 3, verify with 1")
  void strippedEvidence() throws IOException {
    for (Path file : evidence()) {
      byte[] content = Files.readAllBytes(file);
      String name = String.valueOf(file.getFileName());
      Files.delete(file);
      Cli.Ran verified = verify();
      assertThat(verified.code()).isEqualTo(1);
      assertThat(verified.out())
          .containsPattern("  entry 0: missing, its evidence .*" + name + " was removed");
      assertThat(fromLog(admitted).code()).isEqualTo(3);
      assertThat(fromLog(admitted).out()).contains(name);
      Files.writeString(file, "other");
      assertThat(verify().out()).contains("entry 0: altered, its evidence");
      assertThat(fromLog(admitted).code()).isEqualTo(1);
      Files.write(file, content);
    }
    assertThat(verify().code()).isZero();
  }

  private Cli.Ran verify() {
    return new Cli().run("audit", "verify", log.toString(), "--key", key.toString());
  }

  private Set<Path> evidence() throws IOException {
    try (Stream<Path> found = Files.walk(log.resolve("evidence"))) {
      return new HashSet<>(found.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  @DisplayName("an edited record in the log is no proof, whatever its evidence says")
  void editedRecord() throws IOException {
    Path entries = log.resolve("tile/entries/000.p/3");
    String text = Files.readString(entries, StandardCharsets.ISO_8859_1);
    Files.writeString(entries, text.replace("dana", "dino"), StandardCharsets.ISO_8859_1);
    Cli.Ran ran = fromLog(admitted);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).startsWith("CONTRADICTED: the log does not prove the record");
    assertThat(fromLog(admitted, "-o", "json").out()).contains("\"result\":\"contradicted\"");
  }

  @Test
  void aBundleProvesWithoutTheLog() throws IOException {
    Path file = bundle();
    Files.move(log, dir.resolve("gone"));
    Cli.Ran ran = prove("--bundle", file.toString());
    assertThat(ran.code()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out()).contains(ProofRig.DIGEST, "audit verify of the log shows that");
    assertThat(prove(admitted, "--bundle", file.toString()).code()).isZero();
    assertThat(prove(denied, "--bundle", file.toString()).code()).isEqualTo(2);
    assertThat(Files.readString(file)).doesNotContain("s3cret-canary");
  }

  @Test
  @DisplayName("a file whose giver left the withdrawal out: what it cannot exclude is said plainly")
  void strippedWithdrawal() {
    Path file = bundle();
    assertThat(prove("--bundle", file.toString()).lines().get(1))
        .startsWith("  withdrawal: NOT EXCLUDED: whoever made this file could leave one out");
    assertThat(prove("--bundle", file.toString(), "-o", "json").out())
        .contains("\"withdrawal\":\"not_excluded\"")
        .doesNotContain("\"withdrawn\"");
    assertThat(fromLog(admitted).out()).doesNotContain("NOT EXCLUDED");
    assertThat(fromLog(admitted, "-o", "json").out())
        .contains("\"withdrawn\":false,\"withdrawal\":\"none_found\"");
  }

  @Test
  @DisplayName("a bundle without a key, or signed by another key, proves nothing")
  void bundleOfAnotherKey() throws IOException {
    Path file = bundle();
    Cli.Ran none = new Cli().run("audit", "prove", "--bundle", file.toString());
    assertThat(none.code()).isEqualTo(2);
    Path other = Files.writeString(dir.resolve("other.key"), Ed25519Signer.newKeyPem());
    Cli.Ran ran =
        new Cli().run("audit", "prove", "--bundle", file.toString(), "--key", other.toString());
    assertThat(ran.code()).isEqualTo(1);
  }

  private Cli.Ran edited(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Path edited = dir.resolve("edited.json");
    Files.writeString(edited, text.replace(from, to));
    return prove("--bundle", edited.toString());
  }

  @Test
  @DisplayName("a bundle with an edited record, place, head, path or evidence")
  void editedBundles() throws IOException {
    Path file = bundle();
    JsonObject json = fromLog(admitted, "-o", "json").objects().getFirst();
    assertThat(json.get("record_id")).isPresent();
    assertThat(edited(file, "\"index\":0", "\"index\":1").code()).isEqualTo(1);
    assertThat(edited(file, "\\n3\\n", "\\n4\\n").code()).isEqualTo(1);
    assertThat(edited(file, "\"path\":[\"", "\"path\":[\"x").code()).isEqualTo(1);
    assertThat(edited(file, admitted, denied).code()).isEqualTo(1);
    String text = Files.readString(file);
    String entry = text.split("\"entry\":\"", 2)[1].split("\"", 2)[0];
    String record = new String(Base64.getDecoder().decode(entry), StandardCharsets.UTF_8);
    String forged = record.replace("registry.example/app:1.0", "registry.example/app:6.6");
    String again = Base64.getEncoder().encodeToString(forged.getBytes(StandardCharsets.UTF_8));
    assertThat(edited(file, entry, again).code()).isEqualTo(1);
    assertThat(edited(file, "\"files\":{", "\"record\":\"e30=\",\"files\":{").code()).isEqualTo(1);
    String taken = "{\"schema\":\"assayer.withdrawn/1\",\"record_id\":\"" + admitted + "\"}";
    String later =
        "\"withdrawal\":{\"index\":1,\"path\":[],\"entry\":\""
            + Base64.getEncoder().encodeToString(taken.getBytes(StandardCharsets.UTF_8))
            + "\"},\"files\":{";
    assertThat(edited(file, "\"files\":{", later).code()).as("a made-up withdrawal").isEqualTo(1);
    assertThat(edited(file, "\"files\":{", "\"withdrawal\":true,\"files\":{").code()).isEqualTo(1);
    for (Path evidence : evidence()) {
      String name = String.valueOf(evidence.getFileName());
      if (text.contains(name)) {
        String content = Base64.getEncoder().encodeToString(Files.readAllBytes(evidence));
        assertThat(edited(file, content, "AAAA").code()).as(name).isEqualTo(1);
        assertThat(edited(file, "\"" + name + "\":", "\"" + "0".repeat(64) + "\":").code())
            .as(name)
            .isEqualTo(3);
      }
    }
  }

  @Test
  @DisplayName("a hostile bundle: names that climb, bombs, nesting, no JSON; nothing is written")
  void hostileBundles() throws IOException {
    Path file = bundle();
    String text = Files.readString(file);
    assertThat(edited(file, "\"files\":{", "\"files\":{\"../../escaped\":\"eA==\",").code())
        .isZero();
    assertThat(Files.exists(dir.resolveSibling("escaped"))).isFalse();
    for (String bad :
        List.of(
            "",
            "[]",
            "{}",
            "{\"schema\":\"assayer.proof/2\"}",
            text + "x",
            text.replace("\"files\":{", "\"files\":[[[[[[[[[[1]]]]]]]]]],\"x\":{"),
            text.replace("\"path\":[", "\"path\":[" + "1,".repeat(60_000)))) {
      Path hostile = Files.writeString(dir.resolve("hostile.json"), bad);
      Cli.Ran ran = prove("--bundle", hostile.toString());
      assertThat(ran.code()).as(ran.err()).isEqualTo(2);
      assertThat(ran.err()).doesNotContain("Exception");
    }
    Path huge = dir.resolve("huge.json");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(1L << 33);
    }
    assertThat(prove("--bundle", huge.toString()).err()).contains("is over");
    assertThat(prove("--bundle", dir.toString()).code()).isEqualTo(2);
  }

  @Test
  @DisplayName("an export overwrites nothing, not through a link either")
  void exportOverwritesNothing() throws IOException {
    Path precious = Files.writeString(dir.resolve("precious"), "p");
    Path link = Files.createSymbolicLink(dir.resolve("link"), precious);
    for (Path target : List.of(precious, link)) {
      assertThat(fromLog(admitted, "--export", target.toString()).code()).isEqualTo(2);
    }
    assertThat(Files.readString(precious)).isEqualTo("p");
  }
}
