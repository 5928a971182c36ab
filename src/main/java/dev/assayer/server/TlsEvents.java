package dev.assayer.server;

import dev.assayer.telemetry.BackgroundTrace;
import dev.assayer.telemetry.Metrics;
import dev.assayer.telemetry.Traces;
import java.time.Instant;

/** What the listener's TLS tells: the part of {@link Metrics} that it needs. */
interface TlsEvents {
  /** A certificate came into use; {@code use} is {@code server} or {@code client_ca}. */
  void certificate(String use, Instant notAfter);

  /** Files changed: {@code ok}, {@code invalid} or {@code mismatch}. */
  void reloaded(String result);

  /** A client was refused: {@code no_cert}, {@code untrusted} or {@code expired}. */
  void clientRefused(String reason);

  /** Whether {@code tls_cert} holds now; told at every look. */
  void condition(boolean holds);

  /** Tells the metrics, and makes a trace of each reload. */
  static TlsEvents to(Metrics metrics, Traces traces) {
    return new TlsEvents() {
      @Override
      public void certificate(String use, Instant notAfter) {
        metrics.certificate(use, notAfter);
      }

      @Override
      public void reloaded(String result) {
        metrics.certificateReload(result);
        BackgroundTrace trace = traces.background("tls.reload");
        if (result.equals("ok")) {
          trace.end();
        } else {
          trace.failed(result);
        }
      }

      @Override
      public void clientRefused(String reason) {
        metrics.clientRefused(reason);
      }

      @Override
      public void condition(boolean holds) {
        metrics.condition("tls_cert", holds);
      }
    };
  }
}
