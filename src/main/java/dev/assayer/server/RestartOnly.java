package dev.assayer.server;

import dev.assayer.config.Config;
import dev.assayer.config.WebhookConfig;
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
    compare("page", place(started.page()), place(now.page()), changes);
    return changes;
  }

  private static void compare(String field, Object was, Object is, List<String> changes) {
    if (!was.equals(is)) {
      changes.add(field + " is now " + is + ", which needs a restart; in force is " + was);
    }
  }

  private static String paths(Optional<WebhookConfig.Tls> tls) {
    return tls.map(files ->
            files.certificateFile()
                + ", "
                + files.keyFile()
                + files.clientCaFile().map(ca -> ", " + ca).orElse(""))
        .orElse("nothing");
  }

  private static String place(Config.Listener listener) {
    return listener.address() + ":" + listener.port();
  }
}
