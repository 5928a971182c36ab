package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.testing.NeedsGo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Go project's own modules for transparency logs, {@code golang.org/x/mod/sumdb/tlog} and
 * {@code note}, verify our logs, signatures and proofs, and we verify theirs.
 */
@NeedsGo
class ThirdPartyTlogTest {
  private static final Path SOURCE = Path.of("src/test/resources/audit/tlog");

  @TempDir private static Path built;
  @TempDir private Path dir;

  private record Ran(int code, String out) {}

  @BeforeAll
  static void build() throws Exception {
    for (String file : List.of("main.go", "go.mod", "go.sum")) {
      Files.copy(SOURCE.resolve(file), built.resolve(file));
    }
    // The first time it says what it downloads.
    Ran compiled = run(built, "go", "build", "-o", "tlogreader", ".");
    assertThat(compiled.code()).as(compiled.out()).isZero();
  }

  private static Ran run(Path folder, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), out.strip());
  }

  private static Ran reader(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(built.resolve("tlogreader").toString()));
    command.addAll(List.of(arguments));
    return run(built, command.toArray(String[]::new));
  }

  private static String lines(List<Hash> hashes) {
    return hashes.stream().map(hash -> hash.base64() + "\n").collect(Collectors.joining());
  }

  @Test
  @DisplayName("they read our logs of every shape, and accept our signature and our proofs")
  void theyVerifyOurs() throws Exception {
    for (int size : new int[] {1, 2, 255, 256, 257, 600, 1300}) {
      Path log = LogRig.logOf(dir.resolve("log-" + size), size);
      String key = Files.readString(log.resolve("key.pub")).strip();
      VerifyResult.Sound sound = (VerifyResult.Sound) LogRig.verify(log);
      long index = size / 2;
      long smaller = (size + 2L) / 3;
      Proofs.Subtrees tree = new LogReader(log).tree(size);
      Path proofs =
          Files.writeString(
              dir.resolve("proofs-" + size),
              lines(Proofs.inclusion(index, size, tree))
                  + "\n--\n"
                  + lines(Proofs.consistency(smaller, size, tree)));
      Ran ran =
          reader(
              "read",
              log.toString(),
              key,
              Long.toString(index),
              Long.toString(smaller),
              proofs.toString());
      assertThat(ran).isEqualTo(new Ran(0, size + " " + sound.head().root().base64()));
    }
  }

  @Test
  @DisplayName("they refuse our log when one byte of it is another")
  void theyRefuseDamage() throws Exception {
    Path log = LogRig.logOf(dir.resolve("log"), 300);
    String key = Files.readString(log.resolve("key.pub")).strip();
    for (String name : List.of("tile/entries/000", "tile/0/000", "checkpoint")) {
      Path file = log.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      bytes[30] ^= 1;
      Files.write(file, bytes);
      assertThat(reader("read", log.toString(), key).code()).as(name).isNotZero();
      bytes[30] ^= 1;
      Files.write(file, bytes);
    }
    assertThat(reader("read", log.toString(), key).code()).isZero();
  }

  @Test
  @DisplayName("we read their logs, and accept their signature and their proofs")
  void weVerifyTheirs() throws Exception {
    for (int size : new int[] {1, 2, 255, 256, 257, 600, 70_000}) {
      Path log = dir.resolve("theirs-" + size);
      int smaller = (size + 2) / 3;
      Ran made =
          reader(
              "make",
              log.toString(),
              LogRig.ORIGIN,
              Integer.toString(size),
              Integer.toString(smaller));
      assertThat(made.code()).as(made.out()).isZero();
      VerifyResult result =
          LogVerifier.verify(
              new VerifyRequest(
                  log,
                  List.of(LogKeys.read(log.resolve("key.pub"))),
                  Optional.of(LogRig.ORIGIN),
                  List.of(),
                  (_, _) -> {}));
      assertThat(result).isInstanceOf(VerifyResult.Sound.class);
      Checkpoint head = ((VerifyResult.Sound) result).head();
      assertThat(size + " " + head.root().base64()).isEqualTo(made.out());
      List<String> parts =
          Stream.of(Files.readString(log.resolve("proofs")).split("--\n", -1)).toList();
      List<byte[]> entries =
          new LogReader(log)
              .bundle(
                  (smaller - 1) / Tile.WIDTH,
                  Math.min(Tile.WIDTH, size - (smaller - 1) / Tile.WIDTH * Tile.WIDTH))
              .orElseThrow()
              .whole();
      Hash leaf = Hash.leaf(entries.get((smaller - 1) % Tile.WIDTH));
      assertThat(Proofs.includes(leaf, smaller - 1, hashes(parts.get(0)), size, head.root()))
          .isTrue();
      Checkpoint older = new Checkpoint(LogRig.ORIGIN, smaller, hashes(parts.get(2)).getFirst());
      assertThat(Proofs.consistent(older, head, hashes(parts.get(1)))).isTrue();
    }
  }

  private static List<Hash> hashes(String lines) {
    return lines.lines().filter(line -> !line.isEmpty()).map(Hash::fromBase64).toList();
  }
}
