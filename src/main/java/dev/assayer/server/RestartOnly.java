package dev.assayer.server;

import dev.assayer.config.Config;
import dev.assayer.config.StateConfig;
import dev.assayer.config.WebhookConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what a new configuration says about things that were made once, at the start. */
final class RestartOnly {
  private RestartOnly() {}

  /** One sentence for each field that only a restart would bring into force. */
  static List<String> changes(Config started, Config now) {
    List<String> changes = new ArrayList<>();
    WebhookConfig was = started.webhook();
    WebhookConfig is = now.webhook();
    compare("webhook.address", was.address(), is.address(), changes);
    compare("webhook.port", was.port(), is.port(), changes);
    compare("webhook.tls", paths(was.tls()), paths(is.tls()), changes);
    compare("webhook.maxConcurrent", was.maxConcurrent(), is.maxConcurrent(), changes);
    compare("webhook.maxInFlightBytes", was.maxInFlightBytes(), is.maxInFlightBytes(), changes);
    compare("admin", place(started.admin()), place(now.admin()), changes);
    if (!started.state().equals(now.state())) {
      changes.add(
          "state is now "
              + shown(now.state())
              + ", or with other credentials, which needs a restart; in force is "
              + shown(started.state()));
    }
    compare("page", shown(started.page()), shown(now.page()), changes);
    compare(
        "audit.directory",
        shown(started.audit().directory()),
        shown(now.audit().directory()),
        changes);
    compare(
        "audit.keyFile", shown(started.audit().keyFile()), shown(now.audit().keyFile()), changes);
    compare("audit.retention", started.audit().retention(), now.audit().retention(), changes);
    if (!started.audit().publish().equals(now.audit().publish())) {
      changes.add("audit.publish was changed, which needs a restart");
    }
    compare("audit.fsync", started.audit().fsync(), now.audit().fsync(), changes);
    return changes;
  }

  private static String shown(Optional<Path> file) {
    return file.map(Path::toString).orElse("nothing");
  }

  private static void compare(String field, Object was, Object is, List<String> changes) {
    if (!was.equals(is)) {
      changes.add(field + " is now " + is + ", which needs a restart; in force is " + was);
    }
  }

  /** Without what may be secret; two that differ may look alike. */
  private static String shown(StateConfig state) {
    return switch (state) {
      case StateConfig.Memory() -> "memory";
      case StateConfig.Kubernetes(Path key) -> "kubernetes with the key " + key;
      case StateConfig.Valkey valkey ->
          "valkey at " + valkey.uri().getAuthority() + " with the key " + valkey.hmacKeyFile();
    };
  }

  private static String paths(Optional<WebhookConfig.Tls> tls) {
    return tls.map(files ->
            files.certificateFile()
                + ", "
                + files.keyFile()
                + files.clientCaFile().map(ca -> ", " + ca).orElse(""))
        .orElse("nothing");
  }

  private static String shown(Config.Page page) {
    return page.enabled() ? page.address() + ":" + page.port() : "off";
  }

  private static String place(Config.Listener listener) {
    return listener.address() + ":" + listener.port();
  }
}
