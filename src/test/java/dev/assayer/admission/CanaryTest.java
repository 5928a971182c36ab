package dev.assayer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.assayer.audit.DecisionRecord;
import dev.assayer.config.Config;
import dev.assayer.config.ConfigLoader;
import dev.assayer.config.LoadResult;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Refusal;
import dev.assayer.samples.DemoCa;
import dev.assayer.samples.ServerIdentity;
import dev.assayer.samples.SignedRepository;
import dev.assayer.telemetry.JsonLog;
import dev.assayer.telemetry.RequestTrace;
import dev.assayer.telemetry.TraceTree;
import dev.assayer.telemetry.Traces;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.Faults;
import dev.assayer.testing.TestCa;
import dev.assayer.time.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Secrets go in on every path; nothing that comes out shows one. */
@Timeout(120)
class CanaryTest {
  /** Stands in everything that must not be seen. */
  private static final String CANARY = "canary7f3a";

  private static final String POD =
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{
       "uid":"6b1f0f6e-2f6c-4f0e-9b0d-0f2f6d3c8a11","namespace":"shop","operation":"CREATE",
       "kind":{"group":"","version":"v1","kind":"Pod"},
       "object":{"metadata":{"name":"cart","annotations":{"note":"canary7f3a-annotation"}},
       "spec":{"containers":[{"name":"c","image":"IMAGE",
        "env":[{"name":"PASSWORD","value":"canary7f3a-env"}],
        "args":["--token=canary7f3a-argument"]}]}}}}
      """;

  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream exported = new ByteArrayOutputStream();
  private final StringBuilder seen = new StringBuilder();
  private final JsonLog log = JsonLog.open(stdout, "0.1.0", "assayer-0");
  private final DemoCa ca = DemoCa.create();
  private final FaultServer notary;
  private final HttpServer collector;
  private Traces traces = new Traces();

  CanaryTest() throws IOException {
    notary = FaultServer.start(identity(ca.identity()));
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
  }

  private static TestCa.Identity identity(ServerIdentity made) {
    return new TestCa.Identity(made.keyPair().getPrivate(), made.certificate());
  }

  @BeforeEach
  void start() {
    log.takeOver(Map.of(JsonLog.LEVEL, "trace"));
    collector.createContext(
        "/",
        exchange -> {
          synchronized (exported) {
            exchange.getRequestBody().transferTo(exported);
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    traces =
        Traces.open(
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort(),
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=Bearer%20" + CANARY + "-collector",
                "OTEL_TRACES_SAMPLER",
                "always_on"),
            "0.1.0",
            "assayer-0");
  }

  @AfterEach
  void stop() throws IOException {
    LogManager.getLogManager().readConfiguration();
    collector.stop(0);
    notary.close();
  }

  private Assayer assayer() {
    SignedRepository repository = SignedRepository.create("registry.example.com/acme/app");
    String yaml =
        """
        apiVersion: assayer.dev/v1
        validators:
          - name: default
            type: notaryV1
            host: %s
            allowUnboundRoot: true
            trustRoots:
              - name: default
                key: |
        %s
            ca: |
        %s
            auth: {username: dana, password: %s-password}
          - {name: allow, type: static, approve: true}
        policy: [{pattern: "*:*"}, {pattern: "free.example/*:*", validator: allow}]
        """
            .formatted(
                notary.host(),
                repository.pinnedRootPem().indent(10).stripTrailing(),
                ca.pem().indent(6).stripTrailing(),
                CANARY);
    LoadResult result = new ConfigLoader().load(yaml, Path.of("/nowhere"), "test");
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    Config config = ((LoadResult.Loaded) result).config();
    return Assayer.open(config, new Environment(InstantSource.system(), "0.1.0", "assayer-0", 1));
  }

  /** Reviews as the server does, with everything that is shown of it collected. */
  private String review(Assayer assayer, String body) {
    RequestTrace trace = traces.begin("POST /mutate", Optional.empty(), Optional.empty());
    ReviewAnswer answer =
        assayer.review(
            body.getBytes(StandardCharsets.UTF_8),
            Deadline.after(Duration.ofSeconds(9)),
            "mutate",
            "anonymous",
            Optional.of(trace.ref()));
    return switch (answer) {
      case ReviewAnswer.Answered(var decision, byte[] response) -> {
        assertThat(trace.end(decision)).isTrue();
        log.decision(decision, record -> DecisionRecord.write(record, decision));
        seen.append(new String(response, StandardCharsets.UTF_8));
        seen.append(String.join("\n", TraceTree.lines(decision)));
        yield decision.reason().code();
      }
      case ReviewAnswer.Refused(Refusal why, String detail) -> {
        trace.end(why);
        seen.append(detail);
        yield why.code();
      }
    };
  }

  @Test
  @DisplayName("OPS-20 passwords, tokens, environment values and annotations are never shown")
  void noSecretIsShownOnAnyPath() {
    String challenge =
        "WWW-Authenticate: Bearer realm=\"https://"
            + notary.host()
            + "/token\",service=\"n\",scope=\"repository:x:pull\"";
    notary.otherwise(Faults.status(401, challenge));
    notary.on("/token", Faults.body("{\"token\":\"" + CANARY + "-token\"}"));
    try (Assayer assayer = assayer()) {
      assertThat(review(assayer, POD.replace("IMAGE", "free.example/app:1")))
          .isEqualTo(Reason.POLICY_EXEMPT.code());
      assertThat(review(assayer, POD.replace("IMAGE", "registry.example.com/acme/app:1.0")))
          .isEqualTo(Reason.AUTH_FAILED.code());
      notary.on("/token", Faults.status(401));
      assertThat(review(assayer, POD.replace("IMAGE", "registry.example.com/acme/other:1.0")))
          .isEqualTo(Reason.AUTH_FAILED.code());
      notary.on("/token", Faults.body("{\"token\":\"" + CANARY + "-token\\u0000\\n\"}"));
      review(assayer, POD.replace("IMAGE", "registry.example.com/acme/third:1.0"));
      assertThat(review(assayer, POD.replace("IMAGE", "NOT A NAME")))
          .isEqualTo(Reason.REFERENCE_INVALID.code());
      assertThat(review(assayer, POD.replace("\"containers\":[", "\"containers\":[17,")))
          .isEqualTo(Refusal.BAD_REVIEW.code());
      assertThat(review(assayer, POD.substring(0, POD.length() - 9)))
          .isEqualTo(Refusal.BAD_JSON.code());
    }
    traces.close();
    log.close();
    // They did go in: the Notary was asked with the password and with the token.
    assertThat(notary.requests())
        .anyMatch(request -> request.header("authorization").orElse("").startsWith("Basic "))
        .anyMatch(request -> request.header("authorization").orElse("").contains(CANARY));
    String lines = stdout.toString(StandardCharsets.UTF_8);
    assertThat(lines).contains("auth_failed", "policy_exempt");
    assertThat(exported.toString(StandardCharsets.UTF_8)).contains("notary.fetch", "token.fetch");
    for (String shown :
        List.of(lines, exported.toString(StandardCharsets.UTF_8), seen.toString())) {
      assertThat(shown).doesNotContain(CANARY).doesNotContainIgnoringCase("authorization");
    }
  }
}
