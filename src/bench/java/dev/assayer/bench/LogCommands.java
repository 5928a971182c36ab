package dev.assayer.bench;

import dev.assayer.audit.LogBench;
import dev.assayer.proof.ProofRig;
import dev.assayer.samples.Certificates;
import dev.assayer.samples.KeyKind;
import dev.assayer.samples.Pem;
import dev.assayer.samples.SignedRepository;
import dev.assayer.samples.TufKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Commands that read an audit log, through the launcher, from the start of the process to its end.
 * What they print is checked.
 */
final class LogCommands {
  private static final Path LAUNCHER = Path.of("target", "assayer");
  private static final Instant BEGIN = Instant.parse("2026-03-14T09:26:53Z");
  private static final String NAMES = "registry.example/bench/app-";
  private static final int TAGS = 100;
  private static final int TIMES = 5;

  private LogCommands() {}

  /**
   * {@code audit replay} of decisions about as many images, each with a digest of its own, signed
   * by a Notary in this process and verified by the webhook's own code, evidence beside the log.
   *
   * @param decisions a multiple of 1,000
   */
  static List<String> replay(Path directory, int decisions) throws Exception {
    KeyPair rootKey = KeyKind.ECDSA_P256.generate();
    String pin = Pem.of("PUBLIC KEY", rootKey.getPublic().getEncoded());
    int repositories = decisions / TAGS; // a multiple of ten
    long begun = System.nanoTime();
    try (ProofRig rig = new ProofRig(directory)) {
      for (int i = 0; i < repositories; i++) {
        String gun = NAMES + i;
        SignedRepository repository = SignedRepository.create(gun, () -> BEGIN);
        repository
            .role(SignedRepository.ROOT)
            .keys(TufKey.x509(rootKey, Certificates.leaf(rootKey, gun)));
        for (int tag = 0; tag < TAGS; tag++) {
          repository.targets().target("1." + tag, digest(i * TAGS + tag), 528);
        }
        rig.serve(repository);
      }
      rig.configure(pin, "");
      // Many at once, so that they share an fsync.
      IntStream.range(0, decisions)
          .parallel()
          .forEach(i -> {
            var _ = rig.decide(NAMES + i / TAGS + ":1." + i % TAGS);
          });
    }
    double made = (System.nanoTime() - begun) / 1e9;
    Path config = Files.writeString(directory.resolve("new.yaml"), stricter(pin));
    long[] took = new long[TIMES];
    String expected = "{\"decisions\":%d,\"flips\":{\"admit_to_deny\":%d,\"unknown\":%d}}";
    // Of each ten repositories one is denied, and of one nobody knows the signer now asked for.
    long each = repositories / 10L * TAGS;
    for (int i = 0; i < TIMES; i++) {
      took[i] =
          run(
              directory,
              1,
              expected.formatted(decisions, each, each),
              "replay",
              directory.resolve("log").toString(),
              "--config",
              config.toString(),
              "-o",
              "json");
    }
    return List.of(
        "`audit replay` of %,d decisions about %,d images (made in %.0f s): %s."
            .formatted(decisions, decisions, made, seconds(took)));
  }

  private static String digest(int number) {
    return "sha256:" + String.format(Locale.ROOT, "%064x", number);
  }

  private static String stricter(String pin) {
    return """
    apiVersion: assayer.dev/v1
    cluster: test
    validators:
      - name: default
        type: notaryV1
        host: notary.example
        trustRoots: [{name: default, key: "%s"}]
      - {name: nobody, type: static, approve: false}
    policy:
      - pattern: "*:*"
      - {pattern: "%s*0:*", validator: nobody}
      - {pattern: "%s*1:*", delegations: [releases]}
    """
        .formatted(pin.replace("\n", "\\n"), NAMES, NAMES);
  }

  /**
   * {@code audit show} and {@code audit query} of a log that {@link LogBench#large} made.
   *
   * @param entries how many it has
   */
  static List<String> large(Path directory, long entries) throws Exception {
    String log = directory.resolve("log").toString();
    long[] shown = new long[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long number = entries / TIMES * i;
      String id = LogBench.id(number);
      shown[i] = run(directory, 0, "entry " + number + "\n", "show", id, "--directory", log);
    }
    String rare = "\"index\":" + entries / 2;
    long[] found = new long[1];
    found[0] =
        run(
            directory,
            0,
            rare,
            "query",
            "--directory",
            log,
            "--image",
            LogBench.RARE,
            "-o",
            "json");
    return List.of(
        "Through the command, its start included, in a log of %,d decisions: `audit show` %s;"
                .formatted(entries, seconds(shown))
            + " `audit query --image` of one image, which reads all, %s."
                .formatted(seconds(found)));
  }

  private static String seconds(long[] nanos) {
    Arrays.sort(nanos);
    double middle = nanos[nanos.length / 2] / 1e9;
    return nanos.length == 1
        ? "%.1f s".formatted(middle)
        : "%.2f s (median of %d; longest %.2f)"
            .formatted(middle, nanos.length, nanos[nanos.length - 1] / 1e9);
  }

  /** Runs {@code assayer audit}; nanoseconds until it has ended. */
  private static long run(Path directory, int code, String expected, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "audit"));
    command.addAll(List.of(arguments));
    Path errors = directory.resolve("errors");
    long begun = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int ended = process.waitFor();
    long took = System.nanoTime() - begun;
    if (ended != code || !out.contains(expected)) {
      String tail = out.substring(Math.max(0, out.length() - 500));
      throw new IllegalStateException(
          command + " ended with " + ended + ": " + tail + Files.readString(errors));
    }
    return took;
  }
}
