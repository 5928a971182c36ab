package dev.assayer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.assayer.crypto.SignatureVerifier;
import dev.assayer.crypto.TlsTrust;
import dev.assayer.remote.Courier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that was deleted, cut or rewritten is found by what is kept of it elsewhere. */
class PublicationTest {
  @TempDir private Path dir;
  private final LogRig.Told observer = new LogRig.Told();
  private final List<String> told = observer.outside;

  private Publication publication(Path log) throws IOException {
    return new Publication(log, key(log), new DiskStorage(), observer);
  }

  private static LogKey key(Path log) throws IOException {
    return LogKey.of(Files.readString(log.resolve("key.pub"))).orElseThrow();
  }

  private Path log(String name, int entries) {
    return LogRig.logOf(dir.resolve(name), entries);
  }

  private static String note(Path log) throws IOException {
    return Files.readString(log.resolve("checkpoint"));
  }

  private void offer(Publication publication, CheckpointPlace... places) {
    publication.offer(List.of(places), Duration.ofMillis(1), true);
  }

  @Test
  @DisplayName("a witness signs what goes on from what it saw; its signature is checked and kept")
  void witness() throws IOException {
    Path log = log("log", 300);
    try (TestWitness witness = new TestWitness();
        Courier courier = Courier.open(TlsTrust.jdkDefaults())) {
      witness.trusts(key(log));
      WitnessKey theirs = WitnessKey.of(witness.key()).orElseThrow();
      Publication publication = publication(log);
      offer(publication, new WitnessPlace(courier, witness.prefix(), theirs));
      SignedNote cosigned =
          SignedNote.read(Files.readAllBytes(log.resolve("checkpoint.cosigned"))).orElseThrow();
      assertThat(theirs.signed(cosigned, SignatureVerifier.create()))
          .contains(Instant.ofEpochSecond(1_772_366_400));
      try (AuditLog open = LogRig.open(log)) {
        LogRig.fill(open, 300, 700);
      }
      // A process that has just begun does not know what the witness saw.
      offer(publication(log), new WitnessPlace(courier, witness.prefix(), theirs));
      assertThat(witness.answers).containsExactly(200, 409, 200);
      assertThat(told).containsExactly("witness published", "witness published");
      assertThat(LogRig.verify(log, log.resolve("checkpoint.cosigned")))
          .isInstanceOf(VerifyResult.Sound.class);
      assertThat(((VerifyResult.Sound) verify(log, theirs)).cosigned())
          .containsExactly(
              new VerifyResult.Cosigned(theirs.name(), 700, Instant.ofEpochSecond(1_772_366_400)));
    }
  }

  private static VerifyResult verify(Path log, WitnessKey... witnesses) {
    return LogVerifier.verify(
        new VerifyRequest(
            log,
            List.of(LogKeys.read(LogRig.key(log))),
            Optional.of(LogRig.ORIGIN),
            List.of(),
            List.of(witnesses),
            (_, _) -> {}));
  }

  @Test
  @DisplayName("OPS-05: whoever has the log's key cannot make verify believe that a witness signed")
  void unwitnessed() throws IOException {
    Path log = log("log", 300);
    try (TestWitness witness = new TestWitness();
        TestWitness other = new TestWitness();
        Courier courier = Courier.open(TlsTrust.jdkDefaults())) {
      WitnessKey theirs = WitnessKey.of(witness.key()).orElseThrow();
      assertThat(theirs.text()).isEqualTo(witness.key());
      assertUnwitnessed(log, theirs);
      other.trusts(key(log));
      WitnessKey another = WitnessKey.of(other.key()).orElseThrow();
      offer(publication(log), new WitnessPlace(courier, other.prefix(), another));
      assertThat(verify(log, another)).isInstanceOf(VerifyResult.Sound.class);
      assertUnwitnessed(log, theirs);
      // The log is written anew with its own key, and the old cosignature is laid beside it.
      Path cosigned = log.resolve("checkpoint.cosigned");
      String line = Files.readAllLines(cosigned).getLast();
      LogRig.remove(log);
      try (AuditLog open = LogRig.open(log)) {
        LogRig.fill(open, 1000, 1300);
      }
      Files.writeString(cosigned, note(log) + line + "\n");
      assertThat(verify(log)).isInstanceOf(VerifyResult.Sound.class);
      assertUnwitnessed(log, another);
    }
  }

  private static void assertUnwitnessed(Path log, WitnessKey witness) {
    assertThat(verify(log, witness))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().text())
                    .startsWith(
                        "checkpoint.cosigned: missing, no checkpoint that is here is signed"));
  }

  @Test
  @DisplayName("the key of a witness as text is what was read")
  void keyAsText() {
    try (TestWitness witness = new TestWitness()) {
      assertThat(WitnessKey.of(witness.key()).map(WitnessKey::text)).contains(witness.key());
    }
  }

  @Test
  @DisplayName("OPS-05: a log that was rewritten or cut with its own key is refused by the witness")
  void fork() throws IOException {
    Path log = log("log", 300);
    try (TestWitness witness = new TestWitness();
        Courier courier = Courier.open(TlsTrust.jdkDefaults())) {
      witness.trusts(key(log));
      WitnessKey theirs = WitnessKey.of(witness.key()).orElseThrow();
      offer(publication(log), new WitnessPlace(courier, witness.prefix(), theirs));
      LogRig.remove(log);
      try (AuditLog open = LogRig.open(log)) {
        LogRig.fill(open, 1000, 1400);
      }
      offer(publication(log), new WitnessPlace(courier, witness.prefix(), theirs));
      LogRig.remove(log);
      var _ = log("log", 20);
      offer(publication(log), new WitnessPlace(courier, witness.prefix(), theirs));
    }
    assertThat(told)
        .containsExactly(
            "witness published",
            "tampered",
            "witness contradicted",
            "tampered",
            "witness contradicted");
  }

  @Test
  @DisplayName("a witness that does not know the log, or its key, or signs nothing, is no success")
  void strangers() throws IOException {
    Path log = log("log", 3);
    try (TestWitness witness = new TestWitness();
        Courier courier = Courier.open(TlsTrust.jdkDefaults())) {
      WitnessKey theirs = WitnessKey.of(witness.key()).orElseThrow();
      WitnessPlace place = new WitnessPlace(courier, witness.prefix(), theirs);
      offer(publication(log), place);
      witness.trusts(new LogKey(LogRig.ORIGIN, theirs.key()));
      offer(publication(log), place);
      witness.trusts(key(log));
      witness.mute();
      offer(publication(log), place);
      assertThat(witness.answers).containsExactly(404, 403, 200);
      assertThat(told).containsOnly("witness failed");
      assertThat(log.resolve("checkpoint.cosigned")).doesNotExist();
    }
    assertThat(WitnessKey.of("w+00000000+" + "A".repeat(44))).isEmpty();
  }

  @Test
  @DisplayName("a webhook gets the signed note as it is, again after it failed")
  void webhook() throws IOException {
    Path log = log("log", 3);
    List<String> got = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          got.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(got.size() == 1 ? 503 : 204, -1);
          exchange.close();
        });
    server.start();
    try (Courier courier = Courier.open(TlsTrust.jdkDefaults())) {
      URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keep");
      Publication publication = publication(log);
      WebhookPlace place = new WebhookPlace(courier, uri);
      offer(publication, place);
      offer(publication, place);
      offer(publication, place);
    } finally {
      server.stop(0);
    }
    assertThat(told).containsExactly("webhook failed", "webhook published");
    assertThat(got).containsExactly(note(log), note(log));
  }

  @Test
  @DisplayName("OPS-05: a log that is shorter than what was published of it does not go on")
  void shorter() throws Exception {
    Path log = log("log", 300);
    Path earlier = LogRig.copy(log, dir.resolve("earlier"));
    try (AuditLog open = LogRig.open(log)) {
      LogRig.fill(open, 300, 310);
    }
    String published = note(log);
    LogRig.remove(log);
    LogRig.copy(earlier, log);
    assertThatThrownBy(() -> open(log, List.of(published)))
        .isInstanceOf(LogUnusable.class)
        .hasMessageContaining("300 entries")
        .hasMessageContaining("over 310 was published");
    assertThat(note(log)).as("nothing is signed over it").isEqualTo(note(earlier));
  }

  private static AuditLog open(Path log, List<String> kept) throws LogUnusable {
    return AuditLog.open(LogRig.settings(log), kept, new LogRig.Told(), new DiskStorage());
  }

  @Test
  @DisplayName("OPS-05: a log that was rewritten with its own key does not go on")
  void rewritten() throws Exception {
    Path log = log("log", 300);
    String published = note(log);
    LogRig.remove(log);
    try (AuditLog open = LogRig.open(log)) {
      LogRig.fill(open, 1000, 1400);
    }
    assertThatThrownBy(() -> open(log, List.of(published)))
        .isInstanceOf(LogUnusable.class)
        .hasMessageContaining("the log was rewritten");
  }

  @Test
  @DisplayName("a checkpoint of another log or key, or none, that somebody published says nothing")
  void foreign() throws Exception {
    Path log = log("log", 5);
    Files.createDirectories(dir.resolve("far"));
    String other = note(LogRig.logOf(dir.resolve("far").resolve("log"), 50));
    String replica = note(LogRig.logOf(dir.resolve("replica"), "assayer/test/replica-1", 50));
    try (AuditLog open = open(log, List.of(other, replica, "nonsense", note(log)))) {
      assertThat(open.size()).isEqualTo(5);
    }
  }

  @Test
  @DisplayName("an empty folder whose log was published before goes on under a name of its own")
  void lost() throws IOException {
    Path log = log("log", 5);
    String base = LogRig.ORIGIN;
    String note = note(log);
    assertThat(LogName.of(log, base, List.of(note))).isEqualTo(new LogName(base, Optional.empty()));
    Path empty = dir.resolve("empty");
    assertThat(LogName.of(empty, base, List.of())).isEqualTo(new LogName(base, Optional.empty()));
    assertThat(LogName.of(empty, base, List.of(note, "nonsense")))
        .isEqualTo(new LogName(base + "/2", Optional.of(base)));
    String second = note(LogRig.logOf(dir.resolve("second"), base + "/2", 3));
    assertThat(LogName.of(empty, base, List.of(note, second)))
        .isEqualTo(new LogName(base + "/3", Optional.of(base + "/2")));
    assertThat(LogName.of(dir.resolve("second"), base, List.of(note, second)).origin())
        .isEqualTo(base + "/2");
    assertThat(LogName.of(empty, "assayer/test/replica", List.of(note)).lost()).isEmpty();
    assertThat(LogName.before(base)).isEmpty();
    assertThat(LogName.before("assayer/test/2")).as("a replica of that name").isEmpty();
    assertThat(LogName.before(base + "/2")).contains(base);
    assertThat(LogName.before(base + "/12")).contains(base + "/11");
    assertThat(LogName.before(base + "/x")).isEmpty();
  }

  @Test
  @DisplayName("OPS-05: verify compares with the checkpoints in a ConfigMap, and names what parts")
  void configMap() throws IOException {
    Path log = log("log", 300);
    String first = note(log);
    try (AuditLog open = LogRig.open(log)) {
      LogRig.fill(open, 300, 320);
    }
    Path map =
        Files.writeString(
            dir.resolve("map.json"),
            "{\"kind\":\"ConfigMap\",\"data\":{\"test_replica-0\":"
                + quoted(first)
                + ",\"test_replica-0.time\":\"2026-03-01T00:00:00Z\"}}");
    assertThat(LogRig.verify(log, map)).isInstanceOf(VerifyResult.Sound.class);
    LogRig.remove(log);
    try (AuditLog open = LogRig.open(log)) {
      LogRig.fill(open, 1000, 1400);
    }
    assertThat(LogRig.verify(log, map))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().text())
                    .startsWith("entries 0 to 299: altered")
                    .contains("checkpoint of size 300"));
    LogRig.remove(log);
    var _ = log("log", 7);
    assertThat(LogRig.verify(log, map))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().text()).startsWith("entry 7: rolled back"));
    Path other = LogRig.logOf(dir.resolve("other"), "assayer/test/replica-1", 3);
    Files.copy(LogRig.key(log), other.resolveSibling("o.key"));
    assertThat(
            LogVerifier.verify(
                new VerifyRequest(
                    other,
                    List.of(LogKeys.read(LogRig.key(log))),
                    Optional.empty(),
                    List.of(map),
                    (_, _) -> {})))
        .isInstanceOfSatisfying(
            VerifyResult.Damaged.class,
            damaged ->
                assertThat(damaged.damages().getFirst().what())
                    .contains("no checkpoint of the log assayer/test/replica-1"));
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\n", "\\n") + "\"";
  }
}
