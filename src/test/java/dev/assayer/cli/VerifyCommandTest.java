package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.NotaryServer;
import dev.assayer.json.Json;
import dev.assayer.json.JsonNull;
import dev.assayer.json.JsonObject;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.SignedRepository;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
  private static final String GUN = "docker.io/acme/app";
  private static final String DIGEST = "sha256:" + "a1".repeat(32);

  @TempDir private Path folder;
  private NotaryServer server = NotaryServer.start(DemoCa.create().identity());
  private String config = "";

  @BeforeEach
  void sign() {
    SignedRepository repository = SignedRepository.create(GUN);
    repository.targets().target("1.0", DIGEST, 528);
    repository.publish();
    server.add(repository);
    String yaml =
        """
        apiVersion: assayer.dev/v1
        validators:
          - name: default
            type: notaryV1
            host: %s
            trustRoots:
              - name: default
                key: |
        %s
            ca: |
        %s
          - {name: deny, type: static, approve: false}
        policy:
          - pattern: "*:*"
          - pattern: "docker.io/acme/*:*"
          - {pattern: "docker.io/bad/*:*", validator: deny}
          - {pattern: "docker.io/free/*:*", verify: false}
          - {pattern: "docker.io/watched/*:*", validator: deny, mode: warn}
        """
            .formatted(
                server.baseHost(),
                repository.pinnedRootPem().stripTrailing().indent(12).stripTrailing(),
                server.caPem().stripTrailing().indent(6).stripTrailing());
    config = TestFiles.write(folder, "c.yaml", yaml);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Cli.Ran verify(String... args) {
    return new Cli()
        .with("ASSAYER_CONFIG", config)
        .run(Stream.concat(Stream.of("verify"), Stream.of(args)).toArray(String[]::new));
  }

  @Test
  void aSignedImageIsVerifiedAndTheChainIsShown() {
    Cli.Ran ran = verify("acme/app:1.0");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith("verified [signature_valid] \"acme/app:1.0\"\n")
        .contains(
            "name       docker.io/acme/app:1.0",
            "pinned     docker.io/acme/app:1.0@" + DIGEST,
            "policy[1] \"docker.io/acme/*:*\", won over \"*:*\"",
            "default (notaryV1) at " + server.baseHost(),
            "digest     " + DIGEST,
            "days left",
            "1 of 1",
            "freshness  fresh",
            "took ms")
        .containsPattern("chain +role")
        .containsPattern("root +1 ")
        .containsPattern("targets +1 ")
        .containsPattern("snapshot +1 ")
        .containsPattern("timestamp +\\d+ ");
  }

  @Test
  void programsReadTheSameInStableMembers() {
    Cli.Ran ran = verify("-o", "json", "acme/app:1.0", "bad/x:1", "free/x:1", "No Image");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.objects())
        .hasSize(4)
        .allSatisfy(line ->
            assertThat(line.names())
                .containsExactly(
                    "image",
                    "normalised",
                    "verdict",
                    "reason",
                    "detail",
                    "digest",
                    "pinned",
                    "rule",
                    "validators",
                    "signers",
                    "trust",
                    "stages",
                    "warnings",
                    "mode"));
    assertThat(ran.objects())
        .extracting(line -> Cli.text(line, "verdict"))
        .containsExactly("verified", "rejected", "exempt", "rejected");
    JsonObject good = ran.objects().getFirst();
    assertThat(Cli.text(good, "pinned")).isEqualTo("docker.io/acme/app:1.0@" + DIGEST);
    assertThat(good.get("trust").flatMap(Json::asObject).orElseThrow().names())
        .contains("chain", "freshness", "root_keys");
    JsonObject bad = ran.objects().getLast();
    assertThat(Cli.text(bad, "reason")).isEqualTo("reference_invalid");
    assertThat(bad.get("normalised")).contains(JsonNull.NULL);
    assertThat(bad.get("digest")).contains(JsonNull.NULL);
    assertThat(bad.get("pinned")).contains(JsonNull.NULL);
  }

  @Test
  void anUnsignedTagIsRejectedWithAPointerToTheRemedy() {
    Cli.Ran ran = verify("acme/app:2.0");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith("rejected [tag_not_signed]")
        .contains("remedy     docs/reasons.md#tag_not_signed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2099-01-01", "2099-01-01T00:00:00Z", "2099-01-01T01:00:00+01:00"})
  void asOfADateAheadWhatWillBreakIsSeen(String at) {
    Cli.Ran ran = verify("acme/app:1.0", "--at", at, "-o", "json");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("\"reason\":\"metadata_expired\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tomorrow",
        "2026-13-01",
        "2026-02-30",
        "1700000000",
        "+99999-01-01",
        "1969-12-31"
      })
  void anInstantThatIsNoneIsNamed(String at) {
    Cli.Ran ran = verify("acme/app:1.0", "--at", at);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("--at", "\"" + at + "\"", "2026-11-22T09:30:00Z");
  }

  @Test
  void aServerThatIsDownGivesNoProofEitherWay() {
    server.stop();
    Cli.Ran ran = verify("acme/app:1.0");
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out()).startsWith("error [upstream_unreachable]").contains(server.baseHost());
    assertThat(ran.err()).doesNotContain("\tat ");
  }

  @Test
  void theWorstImageGivesTheExitCode() {
    server.stop();
    assertThat(verify("free/x:1", "acme/app:1.0").code()).isEqualTo(3);
    assertThat(verify("free/x:1", "acme/app:1.0", "bad/x:1").code()).isEqualTo(1);
    assertThat(verify("free/x:1").code()).isZero();
  }

  @Test
  void aModeThatOnlyWatchesDoesNotChangeTheVerdict() {
    Cli.Ran ran = verify("watched/x:1");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("rejected [denied_by_policy]", "mode       warn");
  }

  @Test
  void manyImagesKeepTheirOrder() {
    String[] images =
        Stream.iterate(0, i -> i < 40, i -> i + 1)
            .map(i -> (i % 2 == 0 ? "free/x:" : "bad/x:") + i)
            .toArray(String[]::new);
    Cli.Ran ran =
        verify(Stream.concat(Stream.of("-o", "json"), Stream.of(images)).toArray(String[]::new));
    assertThat(ran.objects()).extracting(line -> Cli.text(line, "image")).containsExactly(images);
  }

  @Test
  void symbolsAndBarAreForTerminalsOnly() {
    assertThat(verify("free/x:1", "free/x:2").err()).isEmpty();
    Cli.Ran seen =
        new Cli()
            .with("ASSAYER_CONFIG", config)
            .with("ASSAYER_TERMINALS", "out err")
            .with("LANG", "de_DE.UTF-8")
            .run("verify", "free/x:1", "bad/x:2");
    assertThat(seen.out()).contains("\u2714 exempt", "\u2718 rejected");
    assertThat(seen.err()).contains("0 of 2", "1 of 2");
    Cli.Ran ascii =
        new Cli()
            .with("ASSAYER_CONFIG", config)
            .with("ASSAYER_TERMINALS", "out")
            .with("LANG", "en_US.UTF-8")
            .with("LC_ALL", "C")
            .run("verify", "free/x:1");
    assertThat(ascii.out()).startsWith("exempt ").isASCII();
  }
}
