package dev.assayer.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assayer.demo.NotaryServer;
import dev.assayer.json.Json;
import dev.assayer.json.JsonException;
import dev.assayer.json.JsonLimits;
import dev.assayer.json.JsonObject;
import dev.assayer.json.StrictJson;
import dev.assayer.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code assayer serve} as a process of its own: how it ends, and how it refuses to start. */
@Timeout(120)
class ServeProcessTest {
  private static final int CLIENTS = 6;

  @TempDir Path dir;

  @Test
  @DisplayName("OPS-07 a process told to end by SIGTERM under load answers, logs all and exits 0")
  void terminated() throws IOException, InterruptedException, ExecutionException {
    try (NotaryServer notary = NotaryServer.start(ServerRig.CA.identity());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ServerRig.show(dir, ServerRig.CA.identity());
      var _ = ServerRig.write(dir, ServerRig.trusting(notary, ServerRig.signedOn(notary)));
      Process process = serve(Map.of());
      List<Caller.Told> answered = new ArrayList<>();
      try {
        while (process.isAlive() && addresses().isEmpty()) {
          Thread.sleep(50);
        }
        URI webhook = addresses().orElseThrow().getFirst();
        URI admin = addresses().orElseThrow().getLast();
        Await.until("ready", () -> ServerRig.page(admin, "/health/ready").statusCode() == 200);
        List<Future<List<Caller.Told>>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(threads.submit(() -> untilItEnds(webhook.getPort())));
        }
        Await.until("some decisions", () -> decisions().size() > 50);
        process.destroy();

        for (Future<List<Caller.Told>> client : clients) {
          answered.addAll(client.get());
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      } finally {
        process.destroyForcibly();
      }
      assertThat(answered)
          .allSatisfy(told -> {
            assertThat(told.status()).isEqualTo(200);
            assertThat(told.allowed()).as(told.message()).isTrue();
          });
      assertThat(text("out")).endsWith("}\n");
      assertThat(decisions())
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(
              answered.stream().map(Caller.Told::recordId).toList());
      assertThat(lines().stream().map(line -> member(line, "message")))
          .contains("all requests were answered; ending");
      assertThat(text("err")).isEmpty();
    }
  }

  @Test
  void aTakenPortEndsItWithTwoAndASentence() throws IOException, InterruptedException {
    ServerRig.show(dir, ServerRig.CA.identity());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String yaml =
          """
          apiVersion: assayer.dev/v1
          webhook:
            address: 127.0.0.1
            port: 0
            tls: {certificateFile: tls.crt, keyFile: tls.key}
          admin: {address: 127.0.0.1, port: PORT}
          validators: [{name: default, type: static, approve: false}]
          policy: [{pattern: "*:*"}]
          """
              .replace("PORT", Integer.toString(taken.getLocalPort()));
      var _ = ServerRig.put(dir.resolve("assayer.yaml"), yaml);

      assertThat(refused(Map.of()))
          .contains("the admin listener cannot start")
          .contains("Address already in use")
          .contains("choose another admin.address or admin.port");
    }
  }

  @Test
  void aConfigurationThatIsNotThePinnedOneEndsItWithTwoAndASentence()
      throws IOException, InterruptedException {
    ServerRig.show(dir, ServerRig.CA.identity());
    String policy =
        """
        validators: [{name: default, type: static, approve: true}]
        policy: [{pattern: "*:*"}]
        """;
    var _ = ServerRig.write(dir, policy);

    assertThat(refused(Map.of(DigestPin.VARIABLE, "0".repeat(64))))
        .contains(DigestPin.VARIABLE + " demands sha256:000");
  }

  /** What it says on stderr when it does not start: one line, and exit code 2. */
  private String refused(Map<String, String> environment) throws IOException, InterruptedException {
    Process process = serve(environment);
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("hangs").isTrue();
      assertThat(process.exitValue()).isEqualTo(2);
    } finally {
      process.destroyForcibly();
    }
    assertThat(text("err").lines()).hasSize(1);
    assertThat(text("err")).startsWith("assayer: ");
    return text("err");
  }

  private Process serve(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path", "")),
            "dev.assayer.cli.Main",
            "serve",
            "--config",
            dir.resolve("assayer.yaml").toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder
        .redirectOutput(dir.resolve("out").toFile())
        .redirectError(dir.resolve("err").toFile())
        .start();
  }

  /** Posts until the server takes no more connections; leaves connections that it ends. */
  private static List<Caller.Told> untilItEnds(int port) {
    List<Caller.Told> answered = new ArrayList<>();
    while (true) {
      try (Caller caller = Caller.to(port, ServerRig.CA.clientContext())) {
        Caller.Told told;
        do {
          told = caller.create(ServerRig.SIGNED);
          answered.add(told);
        } while (!told.last());
      } catch (IOException notTaken) {
        // A new connection may come just too late; nothing was decided for it, as the log shows.
        Await.until("no more connections", () -> isEnded(port));
        return answered;
      }
    }
  }

  private static boolean isEnded(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException refused) {
      return true;
    }
  }

  /** The addresses of webhook and admin listener, once the log has them. */
  private Optional<List<URI>> addresses() {
    return lines().stream()
        .map(line -> member(line, "message"))
        .filter(message -> message.startsWith("webhook on "))
        .map(message -> message.substring("webhook on ".length()).split(", admin on ", 2))
        .map(two -> List.of(URI.create(two[0]), URI.create(two[1])))
        .findFirst();
  }

  /** Record ids of the decisions in the log. */
  private List<String> decisions() {
    return lines().stream()
        .filter(line -> line.has("assayer.record"))
        .map(line -> member(line, "event.id"))
        .toList();
  }

  private static String member(JsonObject object, String name) {
    return object.get(name).flatMap(Json::asString).orElse("");
  }

  /** The whole lines of the log, each of which is one JSON object. */
  private List<JsonObject> lines() {
    String log = text("out");
    return log.substring(0, log.lastIndexOf('\n') + 1)
        .lines()
        .map(ServeProcessTest::parse)
        .toList();
  }

  private static JsonObject parse(String line) {
    try {
      return StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.text(1 << 20))
          .asObject()
          .orElseThrow();
    } catch (JsonException broken) {
      throw new AssertionError(line, broken);
    }
  }

  private String text(String file) {
    try {
      return Files.readString(dir.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
