package dev.assayer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The key of shared state: its problems are found, and neither it nor the password is published.
 */
class HmacKeyTest {
  @TempDir private Path directory;

  private Config load() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("assayer.yaml"),
            """
            apiVersion: assayer.dev/v1
            state: {type: valkey, uri: "rediss://v", passwordFile: pw, hmacKeyFile: hmac.key}
            validators: [{name: default, type: static, approve: false}]
            policy: [{pattern: "*:*"}]
            """);
    LoadResult loaded = new ConfigLoader().load(file);
    assertThat(loaded).as("%s", loaded).isInstanceOf(LoadResult.Loaded.class);
    return ((LoadResult.Loaded) loaded).config();
  }

  private String problem() throws IOException {
    return HmacKey.problem(load()).map(Finding::text).orElse("");
  }

  @Test
  @DisplayName("a key that is missing or short is an error that names field and remedy")
  void missingOrShort() throws IOException {
    assertThat(problem())
        .contains("state.hmacKeyFile")
        .contains("does not exist")
        .contains("head -c 64 /dev/urandom");
    Files.write(directory.resolve("hmac.key"), new byte[31]);
    assertThat(problem()).contains("has 31 bytes, too few").contains("at least 32 random bytes");
    Files.write(directory.resolve("hmac.key"), new byte[32]);
    assertThat(problem()).isEmpty();
  }

  @Test
  void stateInMemoryNeedsNone() {
    assertThat(HmacKey.file(new StateConfig.Memory())).isEqualTo(Optional.empty());
  }

  @Test
  @DisplayName("the policy digest covers neither password nor key")
  void thePolicyDigestCoversNoSecret() throws IOException {
    String before = load().policyDigest();
    Files.writeString(directory.resolve("pw"), "guess me");
    Files.write(directory.resolve("hmac.key"), new byte[64]);
    assertThat(load().policyDigest()).isEqualTo(before);
  }
}
