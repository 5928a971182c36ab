package dev.assayer.remote;

import dev.assayer.crypto.TlsTrust;
import dev.assayer.decision.Reason;
import dev.assayer.decision.Stage;
import dev.assayer.decision.StageLog;
import dev.assayer.testing.FaultServer;
import dev.assayer.testing.TestCa;
import dev.assayer.time.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** A faulty server and an upstream that trusts its authority. */
final class Rig implements AutoCloseable {
  static final Duration AMPLE = Duration.ofSeconds(8);
  static final String REPOSITORY = "docker.io/acme/app";

  final TestCa ca = new TestCa("assayer test authority");
  final SSLContext trust = TlsTrust.only(List.of(ca.certificate())).clientContext();
  final FaultServer server;
  final HttpsUpstream upstream;
  volatile StageLog stages = new StageLog();

  Rig() throws IOException {
    this(UnaryOperator.identity());
  }

  Rig(UnaryOperator<UpstreamSettings> more) throws IOException {
    server = FaultServer.start(ca.localhost());
    upstream = HttpsUpstream.open(more.apply(UpstreamSettings.of(server.host()).withTls(trust)));
  }

  static Fetch timestamp(long maxBytes) {
    return new Fetch(
        "/timestamp.json", "timestamp", "GET timestamp.json", maxBytes, Optional.of(REPOSITORY));
  }

  FetchResult fetch() {
    return fetch(AMPLE);
  }

  FetchResult fetch(Duration budget) {
    return fetch(upstream, budget);
  }

  FetchResult fetch(Upstream from, Duration budget) {
    stages = new StageLog();
    return from.fetch(timestamp(64 * 1024), stages, Deadline.after(budget));
  }

  /** The text of a body, or what came instead. */
  static String text(FetchResult result) {
    return switch (result) {
      case FetchResult.Body(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
      case FetchResult.NotFound() -> "not found";
      case FetchResult.Failed(Reason reason, String detail, boolean _) ->
          reason.code() + ": " + detail;
    };
  }

  /** Stages as {@code name=note}. */
  List<String> notes() {
    return stages.snapshot().stream().map(Rig::note).toList();
  }

  private static String note(Stage stage) {
    return stage.name() + "=" + stage.note().orElse("");
  }

  @Override
  public void close() throws IOException {
    upstream.close();
    server.close();
  }
}
