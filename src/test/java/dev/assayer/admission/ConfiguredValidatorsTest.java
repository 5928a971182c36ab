package dev.assayer.admission;

import static dev.assayer.admission.AdmissionRig.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.ImageDecision;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.time.Deadline;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfiguredValidatorsTest {

  @Test
  void aNotaryServerThatIsDownDeniesAndIsNamed() throws GeneralSecurityException {
    ImageDecision image = verify("");
    assertThat(image.reason()).as(image.detail()).isEqualTo(Reason.UPSTREAM_UNREACHABLE);
    assertThat(image.detail()).contains("localhost:1");
    assertThat(image.validators().getFirst().type()).isEqualTo("notaryV1");
    assertThat(image.stages()).extracting(Stage::dependency).contains(Optional.of("localhost:1"));
  }

  @Test
  void aSecretThatCannotBeReadDeniesAndSaysWhatToDo() throws GeneralSecurityException {
    ImageDecision image = verify("auth: {secretName: creds}");
    assertThat(image.reason()).isEqualTo(Reason.CONFIG_ERROR);
    assertThat(image.detail()).contains("\"creds\"").contains("usernameFile");
  }

  private static ImageDecision verify(String auth) throws GeneralSecurityException {
    String yaml =
        """
        apiVersion: assayer.dev/v1
        validators:
          - name: default
            type: notaryV1
            host: localhost:1
            allowUnboundRoot: true
            trustRoots:
              - name: default
                key: |
        %s
            %s
        policy: [{pattern: "*:*"}]
        """
            .formatted(pem().indent(10).stripTrailing(), auth);
    LoadResult result = new ConfigLoader().load(yaml, Path.of("/nowhere"), "test");
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    Config config = ((LoadResult.Loaded) result).config();
    Environment environment = new Environment(InstantSource.fixed(NOW), "0.1.0", "assayer-0", 1);
    try (Assayer assayer = Assayer.open(config, environment)) {
      return assayer.verify("app:1", Optional.empty(), NOW, Deadline.after(Duration.ofSeconds(20)));
    }
  }

  private static String pem() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    byte[] key = generator.generateKeyPair().getPublic().getEncoded();
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
        + "\n-----END PUBLIC KEY-----\n";
  }
}
