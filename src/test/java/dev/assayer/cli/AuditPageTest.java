package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.decision.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/audit.md does with the folder {@code march} prints what it shows. */
class AuditPageTest {
  private static final String FOLDER = "march/";
  private static final String ID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}";

  /** On the page: the rest of the output is not shown. */
  private static final String CUT = "…";

  @TempDir private Path dir;
  private final List<Decision> march = new ArrayList<>();

  private static String publicKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(generator.generateKeyPair().getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static String config(String pem, String mode) {
    return """
    apiVersion: assayer.dev/v1
    cluster: prod
    validators:
      - name: default
        type: notaryV1
        host: notary.example.com
        trustRoots:
          - name: default
            key: |
    %s
      - {name: nobody, type: static, approve: false}
    policy:
      - {pattern: "*:*", validator: nobody}
      - {pattern: "registry.example/shop/*:*", validator: default}
      - {pattern: "registry.example/legacy/*:*", validator: nobody, mode: %s}
    """
        .formatted(pem.indent(10), mode);
  }

  /** A log from February to April, its checkpoint of March, and the API server's own log. */
  private void prepare() throws Exception {
    String pem = publicKey();
    String yaml = config(pem, "audit");
    try (AuditRig rig = AuditRig.open(dir, yaml)) {
      rig.decide("2026-02-27T16:20:00Z", "shop", "web-1", "dana", "registry.example/shop/web:1.3");
      march.add(
          rig.decide(
              "2026-03-03T09:12:00Z", "shop", "web-2", "dana", "registry.example/shop/web:1.4"));
      march.add(rig.decide("2026-03-09T11:47:10Z", "shop", "miner", "max", "evil.example/miner:1"));
      march.add(
          rig.decide(
              "2026-03-21T08:00:05Z", "lab", "report", "max", "registry.example/legacy/report:7"));
    }
    Files.copy(dir.resolve("log/checkpoint"), dir.resolve("checkpoint.2026-03-31"));
    try (AuditRig rig = AuditRig.open(dir, yaml)) {
      rig.decide("2026-04-02T10:00:00Z", "shop", "web-3", "dana", "registry.example/shop/web:1.5");
    }
    Files.writeString(dir.resolve("assayer.yaml"), yaml);
    Files.writeString(dir.resolve("stricter.yaml"), config(pem, "enforce"));
    StringBuilder kube = new StringBuilder();
    for (Decision one : march) {
      kube.append(event(one));
    }
    Files.writeString(dir.resolve("kube-audit.log"), kube);
  }

  private static String event(Decision one) {
    String prefix = "\"mutate.assayer.dev/";
    return ("{\"auditID\":\"%s\",\"stage\":\"ResponseComplete\",\"verb\":\"create\","
            + "\"user\":{\"username\":\"%s\"},\"objectRef\":{\"resource\":\"pods\",\"namespace\":"
            + "\"%s\",\"name\":\"%s\"},\"responseStatus\":{\"code\":%d},"
            + "\"requestReceivedTimestamp\":\"%s\",\"stageTimestamp\":\"%s\",\"annotations\":{"
            + prefix
            + "record-id\":\"%s\","
            + prefix
            + "verdict\":\"%s\","
            + prefix
            + "reason\":\"%s\"}}%n")
        .formatted(
            "a-" + one.sequence(),
            one.request().user(),
            one.request().namespace(),
            one.request().name(),
            one.outcome().code().equals("allowed") ? 201 : 403,
            one.time(),
            one.time(),
            one.recordId(),
            one.verdict().code(),
            one.reason().code());
  }

  private String real(String word) {
    return word.replaceAll(ID, march.getFirst().recordId())
        .replace(FOLDER + "assayer-0", dir.resolve("log").toString())
        .replace(FOLDER + "audit.pub", dir.resolve("log/key.pub").toString())
        .replace(FOLDER, dir + "/");
  }

  /** What is another one in each run. */
  private String masked(String line) {
    return line.replace(dir.resolve("log").toString(), FOLDER + "assayer-0")
        .replace(dir + "/", FOLDER)
        .replaceAll(ID, "ID")
        .replaceAll("[A-Za-z0-9+/]{43}=", "HASH")
        .replaceAll("\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]{40,}", "KEY")
        .replaceAll("sha256:[0-9a-f]{64}", "sha256:HASH")
        .replaceAll("\"duration\":\\d+", "\"duration\":0");
  }

  @Test
  void everyCommandAboutMarchPrintsWhatThePageShows() throws Exception {
    prepare();
    StringBuilder actual = new StringBuilder();
    List<DocumentedCommands.Shown> commands =
        DocumentedCommands.of("audit.md").stream()
            .filter(shown -> shown.words().stream().anyMatch(word -> word.contains(FOLDER)))
            .toList();
    List<List<String>> shown = new ArrayList<>();
    List<List<String>> printed = new ArrayList<>();
    for (DocumentedCommands.Shown command : commands) {
      Cli.Ran ran = AuditRig.run(command.words().stream().map(this::real).toArray(String[]::new));
      actual.append("$ assayer ").append(String.join(" ", command.words())).append('\n');
      actual.append(ran.out().replace(dir + "/", FOLDER)).append(ran.err()).append('\n');
      List<String> lines = ran.lines().stream().map(this::masked).toList();
      List<String> page = command.output().stream().map(this::masked).toList();
      int cut = page.indexOf(CUT);
      shown.add(cut < 0 ? page : page.subList(0, cut));
      printed.add(cut < 0 ? lines : lines.subList(0, Math.min(cut, lines.size())));
    }
    write(actual);
    assertThat(commands).hasSize(7);
    assertThat(printed).isEqualTo(shown);
  }

  /** Where somebody writes the page, what it has to show. */
  private static void write(StringBuilder actual) throws IOException {
    if (Boolean.getBoolean("assayer.docs.write")) {
      Files.writeString(Path.of("target", "audit-page.txt"), actual);
    }
  }
}
