package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.crypto.Pem;
import dev.assayer.crypto.PemList;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.samples.SignedRepository;
import dev.assayer.state.Mark;
import dev.assayer.state.RepositoryMemory;
import dev.assayer.state.SharedState;
import dev.assayer.state.StateObserver;
import dev.assayer.state.ValkeySettings;
import dev.assayer.state.ValkeyStore;
import dev.assayer.testing.NeedsValkey;
import dev.assayer.testing.RealValkey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustForgetCommandTest {
  private static final String IMAGE = "registry.example/acme/app:1.0";

  @TempDir private Path folder;

  private String config(String state) throws IOException {
    Files.write(folder.resolve("hmac.key"), new byte[32]);
    String pem = SignedRepository.create("registry.example/acme/app").pinnedRootPem();
    return Files.writeString(
            folder.resolve("assayer.yaml"),
            """
            apiVersion: assayer.dev/v1
            cluster: test
            %s
            validators:
              - {name: allow, type: static, approve: true}
              - name: default
                type: notaryV1
                host: notary.example
                trustRoots:
                  - name: default
                    key: |
            %spolicy:
              - pattern: "*:*"
              - {pattern: "registry.example/open/*:*", validator: allow}
            """
                .formatted(state, pem.indent(10)))
        .toString();
  }

  @Test
  void inMemoryTheMarksAreOutOfReach() throws IOException {
    Cli.Ran ran =
        new Cli()
            .run("trust", "forget", IMAGE, "--reason", "r", "--config", config("state: memory"));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .contains("the marks live in the replicas")
        .contains("a restart drops them");
  }

  @Test
  void aReasonIsNeeded() throws IOException {
    String config = config("state: memory");
    Cli.Ran none = new Cli().run("trust", "forget", IMAGE, "--config", config);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--reason");
    Cli.Ran blank = new Cli().run("trust", "forget", IMAGE, "--reason", " ", "--config", config);
    assertThat(blank.code()).isEqualTo(2);
    assertThat(blank.err()).contains("--reason: write 1 to 512 characters");
  }

  @Test
  void anImageThatNoNotaryDecidesAboutHasNoMarks() throws IOException {
    Cli.Ran ran =
        new Cli()
            .run(
                "trust",
                "forget",
                "registry.example/open/x",
                "--reason",
                "r",
                "--config",
                config("state: memory"));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("verified by a notaryV1 validator");
  }

  @Test
  void kubernetesNeedsACluster() throws IOException {
    Cli.Ran ran =
        new Cli()
            .run(
                "trust",
                "forget",
                IMAGE,
                "--reason",
                "r",
                "--config",
                config("state: {type: kubernetes, hmacKeyFile: hmac.key}"));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("needs a cluster");
  }

  private String shared(RealValkey valkey) throws IOException {
    Files.writeString(folder.resolve("valkey-ca.crt"), valkey.caPem());
    return config(
        "state: {type: valkey, uri: \"%s\", passwordFile: \"%s\", caFile: valkey-ca.crt, hmacKeyFile: hmac.key}"
            .formatted(valkey.uri(), valkey.passwordFile()));
  }

  @Test
  @NeedsValkey
  void runningReplicasDropTheirMarks(@TempDir Path directory) throws IOException {
    try (RealValkey valkey = RealValkey.start(directory);
        SharedState replica =
            SharedState.open(
                store(valkey), new byte[32], InstantSource.system(), StateObserver.none())) {
      String key = "notary.example registry.example/acme/app";
      RepositoryMemory seen =
          new RepositoryMemory(
              Optional.of("{}"),
              Map.of("root", new Mark(1, "r"), "timestamp", new Mark(7, "t")),
              Optional.of("k"),
              Set.of(),
              Optional.of(Instant.now()));
      assertThat(replica.trust().replace(key, replica.trust().recall(key), seen)).isTrue();
      String config = shared(valkey);
      String[] forget = {
        "trust", "forget", IMAGE, "--reason", "restored", "--by", "ada", "--config", config
      };
      Cli.Ran ran = new Cli().run(forget);
      assertThat(ran.err()).isEmpty();
      assertThat(ran.code()).isZero();
      assertThat(ran.lines())
          .containsExactly(
              "forgot registry.example/acme/app at notary.example: dropped root 1, timestamp 7");
      assertThat(replica.trust().recall(key)).isEqualTo(RepositoryMemory.NONE);

      Cli.Ran again =
          new Cli()
              .run("trust", "forget", IMAGE, "--reason", "x", "-o", "json", "--config", config);
      assertThat(again.code()).isZero();
      assertThat(again.objects().getFirst().names())
          .containsExactly("repository", "upstream", "dropped", "reason", "by", "at");

      valkey.stop();
      Cli.Ran down = new Cli().run(forget);
      assertThat(down.code()).isEqualTo(3);
      assertThat(down.err()).contains("shared state: ");
    }
  }

  /** As a server with this configuration opens it. */
  private static ValkeyStore store(RealValkey valkey) {
    TlsTrust trust =
        TlsTrust.only(((PemList.Loaded<X509Certificate>) Pem.certificates(valkey.caPem())).items());
    return new ValkeyStore(
        ValkeySettings.of(
            valkey.uri(),
            trust,
            Optional.empty(),
            Optional.of(valkey.passwordFile()),
            ValkeySettings.prefix(List.of("test", "", ""))),
        InstantSource.system());
  }
}
