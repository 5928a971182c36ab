package dev.assayer.testing;

import static dev.assayer.testing.Expectation.trusted;
import static dev.assayer.testing.NotaryScenario.ONLY;

import dev.assayer.testing.SignerKeys.Identity;
import dev.assayer.testing.SignerKeys.KeyKind;
import java.util.List;

/** Keys other than the P-256 that the client makes by itself. */
final class KeyKindScenarios {
  private static final String ONE = NotaryScenarios.digest("one");
  private static final String HOST = "registry.example.com/keys/";

  private KeyKindScenarios() {}

  static List<NotaryScenario> all() {
    return List.of(
        delegation("rsa-delegation", KeyKind.RSA_2048),
        delegation("p384-delegation", KeyKind.EC_P384),
        rsaRoot());
  }

  private static NotaryScenario delegation(String name, KeyKind kind) {
    String gun = HOST + name;
    return NotaryScenario.of(
            name,
            "The certificate of targets/releases has a key of kind " + kind + ".",
            gun,
            stage -> {
              Identity identity = SignerKeys.delegation(stage.owner().home(), "releases", kind);
              stage.owner().initLikeDocker(gun).importKey(identity, "releases");
              stage.owner().delegate(gun, "targets/releases", identity);
              stage.owner().addTag(gun, "v1", ONE, 527, "targets/releases");
              stage.reached(ONLY);
            })
        .expecting(trusted(gun + ":v1", ONE));
  }

  private static NotaryScenario rsaRoot() {
    String gun = HOST + "rsa-root";
    return NotaryScenario.of(
            "rsa-root",
            "An RSA-3072 root key, made elsewhere and imported.",
            gun,
            stage -> {
              NotaryClient owner = stage.owner();
              owner.init(gun, SignerKeys.rsaRootKey(owner.home(), NotaryClient.passphrase()));
              owner.rotateKey(gun, "snapshot", true).addTag(gun, "v1", ONE, 527);
              stage.reached(ONLY);
            })
        .expecting(trusted(gun + ":v1", ONE));
  }
}
