package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.NotaryServer;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command of docs/root-keys.md works, in order, against a server in this process. */
class RootKeysPageTest {
  private static final String GUN = "registry.example.com/acme/app";
  private static final Set<String> FILES = Set.of("ca.pem", "password", "assayer.yaml");

  @TempDir private Path folder;

  @Test
  void everyCommandWorks() {
    SignedRepository repository = SignedRepository.create(GUN);
    repository.targets().target("1.4", "sha256:" + "5".repeat(64), 527);
    repository.publish();
    repository.role(SignedRepository.ROOT).keys(TufKey.x509(KeyKind.ECDSA_P256, GUN));
    repository.publish();
    List<DocumentedCommands.Shown> commands = DocumentedCommands.of("root-keys.md");
    assertThat(commands).hasSize(9);
    try (NotaryServer server = NotaryServer.start(DemoCa.create().identity())) {
      server.add(repository);
      TestFiles.write(folder, "ca.pem", server.caPem());
      TestFiles.write(folder, "password", "hunter2\n");
      for (DocumentedCommands.Shown shown : commands) {
        if (shown.words().contains("dana")) {
          server.gatekeeper().requireToken("dana", "hunter2");
        } else {
          server.gatekeeper().open();
        }
        run(shown.words(), server);
      }
    }
  }

  /** The page's server has a certificate that everybody trusts; this one needs its authority. */
  private void run(List<String> words, NotaryServer server) {
    List<String> args = new ArrayList<>();
    String target = "";
    for (String word : words) {
      if (target.equals(">")) {
        target = word;
      } else if (word.equals(">")) {
        target = word;
      } else {
        args.add(
            FILES.contains(word)
                ? folder.resolve(word).toString()
                : word.replace("notary.example.com", server.baseHost()));
      }
    }
    if (words.contains("root-key") && !words.contains("--ca")) {
      args.addAll(List.of("--ca", folder.resolve("ca.pem").toString()));
    }
    Cli.Ran ran = new Cli().run(args.toArray(String[]::new));
    assertThat(ran.code()).as(words + "\n" + ran.out() + ran.err()).isZero();
    assertThat(ran.out()).isNotEmpty();
    if (!target.isEmpty()) {
      TestFiles.write(folder, target, ran.out());
    }
  }
}
