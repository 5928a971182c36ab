package dev.assayer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real Alertmanager on a free loopback port that tells webhooks, one for each severity. */
public final class LiveAlertmanager implements AutoCloseable {
  private final Process process;
  private final int port;

  private LiveAlertmanager(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static boolean available() {
    return program().isPresent();
  }

  private static Optional<Path> program() {
    return Stream.of("prometheus-alertmanager", "alertmanager")
        .flatMap(name -> Programs.find(name).stream())
        .findFirst();
  }

  /**
   * Starts one.
   *
   * @param receivers the webhook for each severity
   */
  public static LiveAlertmanager start(Path directory, Map<String, URI> receivers) {
    StringBuilder routes = new StringBuilder();
    StringBuilder webhooks = new StringBuilder();
    receivers.forEach((severity, url) -> {
      routes.append("    - {receiver: %1$s, matchers: [severity=%1$s]}\n".formatted(severity));
      webhooks.append("  - {name: %s, webhook_configs: [{url: '%s'}]}\n".formatted(severity, url));
    });
    String configuration =
        """
        route:
          receiver: nobody
          group_by: [alertname]
          group_wait: 100ms
          group_interval: 500ms
          repeat_interval: 1h
          routes:
        %sreceivers:
          - name: nobody
        %s\
        """
            .formatted(routes, webhooks);
    try {
      Path file = Files.writeString(directory.resolve("alertmanager.yaml"), configuration);
      int port = freePort();
      Process process =
          Programs.start(
              List.of(
                  program().orElseThrow().toString(),
                  "--config.file=" + file,
                  "--storage.path=" + directory.resolve("alertmanager"),
                  "--cluster.listen-address=",
                  "--web.listen-address=127.0.0.1:" + port),
              Map.of("GOMAXPROCS", "1"),
              directory.resolve("alertmanager.log"));
      return new LiveAlertmanager(process, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 127.0.0.1:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    Programs.stop(process);
  }
}
