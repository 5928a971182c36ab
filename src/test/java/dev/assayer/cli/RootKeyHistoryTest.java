package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.Fault;
import dev.assayer.demo.NotaryServer;
import dev.assayer.json.Json;
import dev.assayer.json.JsonArray;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootKeyHistoryTest {
  private static final String GUN = "docker.io/acme/app";

  @TempDir private Path folder;
  private final NotaryServer server = NotaryServer.start(DemoCa.create().identity());
  private final SignedRepository repository = SignedRepository.create(GUN);
  private String ca = "";

  @BeforeEach
  void sign() {
    repository.publish();
    server.add(repository);
    ca = TestFiles.write(folder, "ca.pem", server.caPem());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void rotate() {
    repository.role(SignedRepository.ROOT).keys(TufKey.x509(KeyKind.ECDSA_P256, GUN));
    repository.publish();
  }

  private Cli.Ran history(String... more) {
    Stream<String> first =
        Stream.of(
            "root-key",
            "-i",
            GUN,
            "-s",
            server.baseHost(),
            "--ca",
            ca,
            "--timeout",
            "5s",
            "--history");
    return new Cli().run(Stream.concat(first, Stream.of(more)).toArray(String[]::new));
  }

  private List<JsonObject> versions() {
    return Cli.object(history("-o", "json").out())
        .get("history")
        .flatMap(Json::asArray)
        .map(JsonArray::values)
        .orElseThrow()
        .stream()
        .map(one -> one.asObject().orElseThrow())
        .toList();
  }

  private List<String> links() {
    return versions().stream().map(one -> Cli.text(one, "signed_by_previous")).toList();
  }

  private void serve(int version, byte[] bytes) {
    repository.serve(version + ".root.json", bytes);
  }

  @Test
  void rotationsWithoutABreakAreVerifiedOneByOne() {
    rotate();
    rotate();
    Cli.Ran ran = history();
    assertThat(ran.code()).isZero();
    assertThat(ran.lines()).filteredOn(line -> line.endsWith("  the first")).hasSize(1);
    assertThat(ran.lines()).filteredOn(line -> line.endsWith("  verified")).hasSize(2);
    assertThat(ran.out())
        .startsWith("KeyID: ")
        .contains("VERSION  ROOT KEYS     NEEDED  SINCE", "SIGNED BY THE ONE BEFORE");
    JsonObject newest = versions().getLast();
    assertThat(newest.names())
        .containsExactly("version", "expires", "threshold", "keys", "signed_by_previous", "detail");
    assertThat(newest.get("version")).contains(Json.of(3));
    assertThat(links()).containsExactly("first", "verified", "verified");
  }

  @Test
  void aRootThatTheOneBeforeNeverSignedIsTold() {
    SignedRepository other = SignedRepository.create(GUN);
    other.role(SignedRepository.ROOT).version(2);
    Map<String, byte[]> foreign = other.publish();
    serve(2, foreign.get("root.json"));
    repository.serve("root.json", foreign.get("root.json"));
    Cli.Ran ran = history();
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("NOT VERIFIED");
    assertThat(ran.err())
        .contains("version 2: by the keys of the version before: root.json carries no valid");
    assertThat(links()).containsExactly("first", "not_verified");
  }

  @Test
  void aGapIsSaidAndEndsTheChainOfProof() {
    rotate();
    rotate();
    rotate();
    repository.withhold("2.root.json");
    Cli.Ran ran = history();
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("version 2: the server has no 2.root.json");
    assertThat(links()).containsExactly("first", "unknown", "unknown", "verified");
  }

  @Test
  void aVersionThatIsNotWhatItsNameSaysCountsAsMissing() {
    rotate();
    rotate();
    serve(2, repository.file("1.root.json").orElseThrow());
    assertThat(history().err()).contains("version 2: 2.root.json says version 1");
    serve(2, "{\"signed\":".getBytes(StandardCharsets.UTF_8));
    assertThat(history().err()).contains("version 2: root.json is not acceptable JSON");
    serve(2, new byte[0]);
    assertThat(links()).containsExactly("first", "unknown", "unknown");
  }

  @Test
  void aServerThatClaimsBillionsOfVersionsIsAskedForTheNewestOnly() {
    repository.role(SignedRepository.ROOT).version(9_000_000_000L);
    repository.publish();
    server.clearRequests();
    Cli.Ran ran = history();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("Versions 1 to 8999999936 were not asked for; the newest 64 are shown.");
    assertThat(server.requests()).hasSize(64);
  }

  @Test
  void aFaultOnTheWayIsNoAnswerAndNeverHalfOfOne() {
    rotate();
    rotate();
    String path = NotaryServer.path(GUN, "2.root.json");
    Map<Fault, String> table =
        Map.of(
            Fault.hang(), "upstream_timeout",
            Fault.status(401), "auth_failed",
            Fault.status(500), "upstream_error",
            Fault.endless(0), "too_large",
            Fault.reply(302, Map.of("Location", "https://localhost:1/x"), new byte[0]),
                "redirect_blocked");
    table.forEach((fault, reason) -> {
      server.fault(path, fault);
      Cli.Ran ran = history();
      assertThat(ran.code()).as(reason).isEqualTo(3);
      assertThat(ran.out()).as(reason).isEmpty();
      assertThat(ran.err()).contains("assayer: [" + reason + "] ");
      server.clearFaults();
    });
  }

  @Test
  void aServerCannotShowTheKeysOfOneRootWithTheHistoryOfAnother() {
    rotate();
    server.clearRequests();
    assertThat(history().code()).isZero();
    assertThat(server.requests()).as("root.json is asked for once").hasSize(2);
  }
}
