package dev.assayer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustStatusCommandTest {
  private static final String BOARD =
      """
      {"replica":"assayer-0","time":"2026-11-22T12:00:00Z","repositories":[
      {"validator":"default","upstream":"notary.example.com","repository":"docker.io/acme/app",
      "freshness":"memory","last_fetched":"2026-11-22T11:59:48Z",
      "last_verified":"2026-11-22T11:59:59Z","roles":[
      {"role":"root","version":3,"expires":"2036-11-22T12:00:00Z","threshold":1,
      "signers":["aaaaaaaaaaaa"]},
      {"role":"timestamp","version":12,"expires":"2026-12-05T16:30:00Z","threshold":1,
      "signers":["bbbbbbbbbbbb","cccccccccccc"]},
      {"role":"targets","version":9,"expires":"2026-11-22T11:00:00Z","threshold":1,
      "signers":["dddddddddddd"]}]}]}
      """;

  @TempDir private Path folder;
  private HttpServer server = listen();
  private int status = 200;
  private String body = BOARD;

  private static HttpServer listen() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/trust",
        exchange -> {
          try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Cli.Ran status(String... more) {
    String[] args = new String[more.length + 4];
    args[0] = "trust";
    args[1] = "status";
    args[2] = "--admin";
    args[3] = address();
    System.arraycopy(more, 0, args, 4, more.length);
    return new Cli().run(args);
  }

  @Test
  void peopleReadATable() {
    Cli.Ran ran = status();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.lines())
        .containsExactly(
            "Replica assayer-0",
            "REPOSITORY          ROLE       VERSION  SIGNERS                    EXPIRES IN"
                + "         LAST FETCHED",
            "docker.io/acme/app  root             3  aaaaaaaaaaaa               3653d 0h"
                + "           12s ago",
            "docker.io/acme/app  timestamp       12  bbbbbbbbbbbb cccccccccccc  13d 4h"
                + "             12s ago",
            "docker.io/acme/app  targets          9  dddddddddddd               expired 1h 0m ago"
                + "  12s ago");
  }

  @Test
  void programsReadTheServersAnswer() {
    Cli.Ran ran = status("-o", "json");
    assertThat(ran.code()).isZero();
    assertThat(Cli.object(ran.out())).isEqualTo(Cli.object(BOARD));
    assertThat(ran.out()).hasLineCount(1);
  }

  @Test
  void aServerThatHasVerifiedNothingYetSaysSo() {
    body = "{\"replica\":\"r\",\"time\":\"2026-11-22T12:00:00Z\",\"repositories\":[]}";
    assertThat(status().lines())
        .containsExactly("Replica r", "no repository was verified since the start");
  }

  @Test
  void whatAServerSaysCannotWriteOnTheScreen() {
    body = BOARD.replace("assayer-0", "x\\u001b[2J").replace("acme/app", "acme\\u202e");
    assertThat(status().out()).contains("\\u{1b}[2J", "\\u{202e}").doesNotContain("\u001b");
  }

  @Test
  void thePortComesFromTheConfiguration() {
    String config =
        TestFiles.write(
            folder,
            "assayer.yaml",
            TestFiles.STATIC + "admin: {port: " + server.getAddress().getPort() + "}\n");
    Cli.Ran ran = new Cli().run("trust", "status", "--config", config);
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("assayer-0");
    String any = TestFiles.write(folder, "any.yaml", TestFiles.STATIC + "admin: {port: 0}\n");
    Cli.Ran unknown = new Cli().run("trust", "status", "--config", any);
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("admin.port is 0", "--admin URL");
  }

  @Test
  void nothingThatListensIsNoAnswer() {
    server.stop(0);
    Cli.Ran ran = status();
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .isEqualTo(
            "assayer: "
                + address()
                + ": nothing listens there; name the admin listener of a running server with"
                + " --admin URL\n");
  }

  @Test
  void aServerThatHangsIsLeftAfterTheTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      long begun = System.nanoTime();
      Cli.Ran ran =
          new Cli()
              .run(
                  "trust",
                  "status",
                  "--timeout",
                  "300ms",
                  "--admin",
                  "http://127.0.0.1:" + silent.getLocalPort());
      assertThat(ran.code()).isEqualTo(3);
      assertThat(ran.err()).contains("no answer within 300 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(9));
    }
  }

  @Test
  void anotherServersAnswerIsNotTakenForOurs() {
    status = 404;
    assertThat(status().err()).contains("it answered 404", "no admin listener");
    status = 200;
    for (String other : new String[] {"<html>", "[]", "{}", "{\"repositories\":3}"}) {
      body = other;
      Cli.Ran ran = status();
      assertThat(ran.code()).isEqualTo(3);
      assertThat(ran.err()).contains("not that of an admin listener");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:9090", "ftp://x", "http://", "http://u:p@x", "a b", ""})
  void anythingButAnAddressIsAMistake(String written) {
    Cli.Ran ran = new Cli().run("trust", "status", "--admin=" + written);
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("\"" + written + "\" is no address", "http://127.0.0.1:9090");
  }
}
