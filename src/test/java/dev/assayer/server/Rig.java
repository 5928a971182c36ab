package dev.assayer.server;

import dev.assayer.config.WebhookConfig;
import dev.assayer.samples.DemoCa;
import dev.assayer.testing.RawHttp;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** A webhook listener on loopback with a review service that tests command. */
final class Rig implements AutoCloseable {
  static final String TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  private static final DemoCa CA = DemoCa.create();
  private static final SSLContext SERVER = CA.identity().sslContext();
  private static final SSLContext CLIENT = CA.clientContext();

  final FakeReviews reviews = new FakeReviews();
  final FakeReviews selfTest = new FakeReviews();
  final Tally tally = new Tally();
  final WebhookListener listener;

  private Rig(Setting setting, SSLContext tls, boolean needClientAuth) {
    listener =
        WebhookListener.start(
            setting.config,
            tls(tls, needClientAuth),
            reviews,
            Optional.of(new SelfTestHook(TOKEN, selfTest)),
            tally,
            setting.limits);
  }

  private static Tls tls(SSLContext context, boolean needClientAuth) {
    SSLContext guarded =
        SwitchedContext.over(
            () -> context, engine -> new GuardedEngine(engine, needClientAuth, _ -> {}));
    return Tls.builder()
        .sslContext(guarded)
        .enabledProtocols(GuardedEngine.PROTOCOLS)
        .enabledCipherSuites(GuardedEngine.CIPHER_SUITES)
        .clientAuth(needClientAuth ? TlsClientAuth.REQUIRED : TlsClientAuth.NONE)
        .build();
  }

  /** What a test sets. */
  record Setting(WebhookConfig config, GuardLimits limits) {
    Setting places(int maxConcurrent, long maxBytes) {
      return new Setting(webhook(maxConcurrent, maxBytes, config.budget()), limits);
    }

    Setting port(int port) {
      WebhookConfig at =
          new WebhookConfig(
              config.address(),
              port,
              config.tls(),
              config.maxConcurrent(),
              config.maxInFlightBytes(),
              config.budget());
      return new Setting(at, limits);
    }

    Setting budget(Duration budget) {
      return new Setting(
          webhook(config.maxConcurrent(), config.maxInFlightBytes(), budget), limits);
    }

    Setting limits(GuardLimits other) {
      return new Setting(config, other);
    }
  }

  static Rig start() {
    return start(setting -> setting);
  }

  static Rig start(UnaryOperator<Setting> change) {
    return new Rig(change.apply(standard()), SERVER, false);
  }

  static Rig start(SSLContext tls, boolean needClientAuth) {
    return new Rig(standard(), tls, needClientAuth);
  }

  private static Setting standard() {
    return new Setting(webhook(256, 32L << 20, Duration.ofSeconds(10)), GuardLimits.WEBHOOK);
  }

  RawHttp connect() throws IOException {
    return RawHttp.tls(listener.port(), CLIENT);
  }

  int port() {
    return listener.port();
  }

  static SSLContext clientTls() {
    return CLIENT;
  }

  /** A request as the API server sends it. */
  static String post(String target, String body) {
    return post(target, body, "");
  }

  static String post(String target, String body, String moreHeaders) {
    return "POST "
        + target
        + " HTTP/1.1\r\nHost: assayer.assayer.svc:443\r\nContent-Type: application/json\r\n"
        + moreHeaders
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  @Override
  public void close() {
    reviews.release();
    listener.close();
  }

  private static WebhookConfig webhook(int maxConcurrent, long maxBytes, Duration budget) {
    return new WebhookConfig("127.0.0.1", 0, Optional.empty(), maxConcurrent, maxBytes, budget);
  }
}
